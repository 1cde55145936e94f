//! Formats of measured numbers, sizes and times, the same in tables, captions and labels. Counts and
//! settings are written in full.

pub use crate::format::{bytes, number};

use std::time::Duration;

/// Formats a time: `310 µs`, `31 ms`, `1.3 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let whole = seconds.round() as u64;
    match whole {
        0 if seconds < 1e-3 => format!("{:.0} µs", seconds * 1e6),
        _ if seconds < 0.9995 => format!("{:.0} ms", seconds * 1e3),
        0..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Formats a share: `83%`, `2.5%`, `<0.1%`.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p >= 10.0 => format!("{p:.0}%"),
        p if p >= 0.1 => format!("{}%", number((p * 10.0).round() / 10.0)),
        p if p > 1e-9 => "<0.1%".to_owned(),
        _ => "0%".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_the_unit_that_fits() {
        let cases = [
            (999, "999 B"),
            (1_400, "1 kB"),
            (38_940_000, "38.9 MB"),
            (18_200_000_000, "18.2 GB"),
        ];
        for (size, text) in cases {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn a_time_has_the_unit_that_fits() {
        let cases = [
            (0.000_31, "310 µs"),
            (0.42, "420 ms"),
            (0.9996, "1.0 s"),
            (9.4, "9.4 s"),
            (59.4, "59 s"),
            (59.6, "1 min 0 s"),
            (7500.0, "2 h 5 min"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(Duration::from_secs_f64(seconds)), text);
        }
    }
}
