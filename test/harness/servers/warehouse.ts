import { recorded } from '../recorder.ts';
import { adminConnection, type TestServer } from './testServer.ts';

const WORDS = ['customer', 'order', 'invoice', 'payment', 'product', 'shipment', 'user', 'account', 'ledger', 'event'];
const BATCH = 50;

/** What only one table of the warehouse has. */
const NEEDLES = `
  CREATE TABLE carrier_delays (id INT PRIMARY KEY AUTO_INCREMENT, shipment_ref INT NOT NULL, late_minutes INT NOT NULL COMMENT 'arrival after the promised time',
    reason VARCHAR(40) NOT NULL, KEY (shipment_ref)) COMMENT 'shipments that came late';
  CREATE TABLE newsletter_consents (id INT PRIMARY KEY, email VARCHAR(190) NOT NULL, consented_at DATETIME NOT NULL, withdrawn_at DATETIME NULL) COMMENT 'GDPR';
  CREATE TABLE consent_log (id INT PRIMARY KEY, consent_id INT NOT NULL, note TEXT, FOREIGN KEY (consent_id) REFERENCES newsletter_consents (id) ON DELETE CASCADE);
  INSERT INTO carrier_delays (shipment_ref, late_minutes, reason) VALUES (1, 30, 'snow'), (2, 95, 'customs'), (3, 120, 'customs'), (4, 10, 'traffic');
  INSERT INTO newsletter_consents VALUES (1, 'a@example.com', '2025-01-01', NULL), (2, 'b@example.com', '2025-01-02', '2025-02-01'), (3, 'c@example.com', '2025-01-03', NULL);
  INSERT INTO consent_log VALUES (1, 1, 'by form'), (2, 2, 'by form'), (3, 2, 'withdrawn by mail')`;

/** Makes the database `warehouse` with so many tables that look alike, and three that do not. */
export function loadWarehouse(server: TestServer, tables: number): Promise<void> {
  return recorded('data', () => load(server, tables));
}

async function load(server: TestServer, tables: number): Promise<void> {
  const admin = await adminConnection(server);
  try {
    await admin.query('DROP DATABASE IF EXISTS warehouse; CREATE DATABASE warehouse; USE warehouse');
    for (let first = 0; first < tables; first += BATCH) {
      const statements = Array.from({ length: BATCH }, (_, i) => {
        const n = first + i;
        const name = `${WORDS[n % 10] ?? ''}_${WORDS[Math.floor(n / 10) % 10] ?? ''}_${String(n)}`;
        return `CREATE TABLE ${name} (id INT PRIMARY KEY, customer_id INT COMMENT 'who buys', status VARCHAR(10), total DECIMAL(10, 2),
          placed_at DATETIME, note TEXT, amount INT, position INT, KEY (customer_id)) COMMENT 'part ${String(n)} of the warehouse'`;
      });
      await admin.query(statements.join(';'));
    }
    await admin.query(NEEDLES);
  } finally {
    await admin.end();
  }
}
