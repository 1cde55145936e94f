//! Names, counts and times in words.

use crate::grid::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What sets a cell apart: `lr = 0.1, depth = 4`.
pub fn label(cell: &Cell) -> String {
    if cell.varied.is_empty() {
        return "the one cell".to_owned();
    }
    let pairs = cell
        .varied
        .iter()
        .map(|(key, value)| format!("{key} = {value}"));
    pairs.collect::<Vec<_>>().join(", ")
}

/// `1 run`, `3 runs`.
pub fn count(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// `31 ms`, `1.3 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let whole = seconds.round() as u64;
    match whole {
        0 if seconds < 0.1 => format!("{:.0} ms", seconds * 1e3),
        0 => format!("{seconds:.2} s"),
        1..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// How long ago a moment was, given in seconds since 1970: `3 min ago`.
pub fn ago(moment: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    match now.saturating_sub(moment) {
        0..60 => "just now".to_owned(),
        s @ 60..3600 => format!("{} min ago", s / 60),
        s @ 3600..86400 => format!("{} h ago", s / 3600),
        s => format!("{} ago", count((s / 86400) as usize, "day")),
    }
}
