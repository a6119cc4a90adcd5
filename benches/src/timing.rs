//! Processor time, which other work on the machine disturbs least.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The processor time that this process has used.
pub fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The least processor time of several runs, in nanoseconds for each of `count` items.
pub fn least(runs: usize, count: usize, mut run: impl FnMut()) -> f64 {
    let least = (0..runs)
        .map(|_| {
            let start = processor_time();
            run();
            processor_time() - start
        })
        .min();
    least.unwrap_or_default().as_nanos() as f64 / count as f64
}
