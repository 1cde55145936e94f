//! How numbers are written in the report: one function for all of it, so that the same value looks
//! the same in a table, a caption and a label.

use crate::spec::Value;

/// As [`crate::expect::number`] writes it, with a true minus sign.
pub fn number(value: f64) -> String {
    let text = crate::expect::number(value);
    match text.strip_prefix('-') {
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// A value of a sweep file, its numbers written by [`number`].
pub fn value(value: &Value) -> String {
    match value {
        Value::Number(v) => number(*v),
        Value::Integer(v) => number(*v as f64),
        Value::Bool(v) => v.to_string(),
        Value::Text(v) => v.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(self::value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|(key, item)| format!("{key} {}", self::value(item)))
                .collect();
            items.join(", ")
        }
    }
}

/// A size on disk.
pub fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} kB", number((size as f64 / 1e3).round())),
        _ => format!("{} MB", number((size as f64 / 1e5).round() / 10.0)),
    }
}

/// A duration in the unit that fits.
pub fn duration(time: std::time::Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 1e-3 => format!("{} µs", number((s * 1e6).round())),
        s if s < 1.0 => format!("{} ms", number((s * 1e3).round())),
        s if s < 120.0 => format!("{} s", number(s)),
        s if s < 7200.0 => format!("{} min", number((s / 6.0).round() / 10.0)),
        s => format!("{} h", number((s / 360.0).round() / 10.0)),
    }
}

/// `1 run`, `2 runs`.
pub fn count(n: usize, thing: &str) -> String {
    format!(
        "{} {thing}{}",
        number(n as f64),
        if n == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_whatever_the_size() {
        let cases = [
            (0.0, "0"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333"),
            (9.99996, "10"),
            (123.456, "123.5"),
            (13_900.0, "13900"),
            (0.001, "0.001"),
            (1e-4, "1e-4"),
            (0.000_123_456, "1.23e-4"),
            (-2.5e-20, "−2.5e-20"),
            (1.5e30, "1.5e30"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−∞"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
