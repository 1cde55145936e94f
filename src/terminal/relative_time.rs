//! Relative times in words.

use crate::format::count;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns a time in seconds since 1970 relative to now: `3 min ago`.
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
