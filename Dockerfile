# The server by itself. `npm run package:server` first: what goes in is what goes to npm.
FROM gcr.io/distroless/nodejs22-debian12:nonroot
WORKDIR /app
COPY --chown=nonroot:nonroot dist/npm/ /app/
USER nonroot
ENV MYSQL_DATA_DIR=/tmp/mysql-pilot
ENTRYPOINT ["/nodejs/bin/node", "/app/server.js"]
