//! Parsers of option values: seeds, durations, settings.

use crate::config::limits::SEEDS;
use crate::export::Format;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::collections::BTreeSet;
use std::time::Duration;

/// Maximum number of seeds per command: a typo must not ask for a billion runs.
const MOST_SEEDS: u64 = SEEDS.most as u64;

/// The value of `--seeds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeds(pub Vec<u64>);

/// Parses `5` (seeds 0 to 4), `1,2,3`, or `100..120` (seeds 100 to 119).
pub fn seeds(text: &str) -> Result<Seeds, String> {
    let number = |text: &str| {
        let text = text.trim();
        text.parse::<u64>().map_err(|_| match text {
            "" => "a number is missing; write a count (5), a list (1,2,3) or a range (100..120)".to_owned(),
            text => format!("`{text}` is not an integer; write a count (5), a list (1,2,3) or a range (100..120)"),
        })
    };
    let range = |from: u64, to: u64| match to.checked_sub(from) {
        None | Some(0) => Err(
            "the range is empty; write a count (5), a list (1,2,3) or a range (100..120)"
                .to_owned(),
        ),
        Some(n) if n > MOST_SEEDS => Err(format!("{n} seeds; the limit is {MOST_SEEDS}")),
        Some(_) => Ok(Seeds((from..to).collect())),
    };
    if let Some((from, to)) = text.split_once("..") {
        range(number(from)?, number(to)?)
    } else if text.contains(',') {
        let list: Vec<u64> = text.split(',').map(number).collect::<Result<_, _>>()?;
        match list.iter().collect::<BTreeSet<_>>().len() == list.len() {
            true => Ok(Seeds(list)),
            false => Err("duplicate seed; list each seed once".to_owned()),
        }
    } else {
        range(0, number(text)?)
    }
}

/// Parses a name that becomes the name of a folder: of a baseline, or of the page of imported runs.
pub fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    match text.chars().all(plain) && text.chars().any(char::is_alphanumeric) {
        true => Ok(text.to_owned()),
        false => Err("use only letters, digits, `-`, `_` and `.`".to_owned()),
    }
}

/// Parses a prefix of a run ID, which has 32 hexadecimal digits.
pub fn run(text: &str) -> Result<String, String> {
    let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
    match digits && (4..=32).contains(&text.len()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("write 4 to 32 hexadecimal digits, such as 3f2a80c94b1d".to_owned()),
    }
}

/// Parses a duration such as `30` (seconds), `30s`, `1.5m`, `500ms` or `2h`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        unit => return Err(format!("unknown unit `{unit}`; write 30s, 5m or 1h")),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .filter(|time| !time.is_zero())
        .ok_or_else(|| format!("`{text}` is not a duration; write 30s, 5m or 1h"))
}

/// Parses `key=value`.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write key=value, such as lr=0.1".to_owned()),
    }
}

/// Parses a number of jobs.
pub fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least one job is required".to_owned()),
        Ok(jobs) if jobs <= 1024 => Ok(jobs),
        _ => Err("write an integer from 1 to 1024".to_owned()),
    }
}

/// Returns the reader of a format of an export, which lists all formats with what they are.
pub fn format() -> impl TypedValueParser<Value = Format> {
    let words = Format::WORDS.iter();
    let words = words.map(|word| PossibleValue::new(word.name).help(word.doc));
    let unknown = || "unknown format";
    PossibleValuesParser::new(words).try_map(move |word| Format::of(&word).ok_or_else(unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_accept_a_number_a_list_or_a_range() {
        assert_eq!(seeds("3"), Ok(Seeds(vec![0, 1, 2])));
        assert_eq!(seeds("7,1, 2"), Ok(Seeds(vec![7, 1, 2])));
        assert_eq!(seeds("100..102"), Ok(Seeds(vec![100, 101])));
        for wrong in [
            "",
            "0",
            "-1",
            "1,1",
            "1,,2",
            "5..5",
            "9..1",
            "x",
            "1..99999999",
        ] {
            assert!(seeds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_without_a_unit_are_in_seconds() {
        let seconds = |text| duration(text).map(|time| time.as_secs_f64());
        assert_eq!(seconds("30"), Ok(30.0));
        assert_eq!(seconds("1.5m"), Ok(90.0));
        assert_eq!(seconds("250ms"), Ok(0.25));
        for wrong in ["", "0", "s", "-1s", "5 weeks", "1e400", "1.2.3"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
