#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xianlu_fuzz::properties::tck::check(data));
