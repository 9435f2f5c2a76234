// Loaded into a server: counts what it allocates, what was collected again included, and writes the bytes to ALLOCATIONS_FILE when it ends.
// https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-startSampling
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');

const session = new Session();
session.connect();
session.post('HeapProfiler.startSampling', {
  samplingInterval: 8192,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});

process.once('exit', () => {
  session.post('HeapProfiler.stopSampling', (error, { profile }) => {
    if (error) throw error;
    const sum = ({ selfSize, children }) => children.reduce((bytes, child) => bytes + sum(child), selfSize);
    writeFileSync(process.env.ALLOCATIONS_FILE, String(sum(profile.head)));
  });
});
