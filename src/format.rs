//! Formats measured numbers and counts for people, in the same way in verdicts, tables and reports. Settings are not
//! measured: [`Value`](crate::config::Value) writes them in full.

/// Formats a number with at most four significant digits, without trailing zeros. Very small and very large values have
/// an exponent and three digits. Integers below a million are exact. The minus sign is U+2212, as wide as a digit.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    if size.fract() == 0.0 && size < 1e6 {
        return format!("{sign}{size}");
    }
    // The exponent of the rounded number counts: 9.9996 becomes 10.00.
    let rounded = format!("{size:.3e}");
    let exponent: i32 = rounded
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    if (-3..5).contains(&exponent) {
        let decimals = usize::try_from(3 - exponent).unwrap_or(0);
        return format!("{sign}{}", without_zeros(&format!("{size:.decimals$}")));
    }
    let short = format!("{size:.2e}");
    let (mantissa, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    format!("{sign}{}e{exponent}", without_zeros(mantissa))
}

/// Formats a count with its noun: `1 run`, `2 runs`, `3 losses`. A count is never rounded.
pub fn count(n: usize, thing: &str) -> String {
    let ending = match n {
        1 => "",
        _ if thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{n} {thing}{ending}")
}

/// Rounds a finite number to about this many digits, as the nearest float to a short decimal. Reports contain millions
/// of them. So it uses arithmetic, and text only where powers of ten are not exact.
pub fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    match places {
        0..=22 => (value * 10f64.powi(places)).round() / 10f64.powi(places),
        -22..0 => (value / 10f64.powi(-places)).round() * 10f64.powi(-places),
        _ => format!("{value:.*e}", digits.unsigned_abs() as usize - 1)
            .parse()
            .unwrap_or(value),
    }
}

fn without_zeros(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

/// Formats a size in bytes with a decimal unit.
pub fn bytes(size: u64) -> String {
    let in_tenths_of = |unit: f64| number((size as f64 / unit * 10.0).round() / 10.0);
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} kB", number((size as f64 / 1e3).round())),
        1_000_000..1_000_000_000 => format!("{} MB", in_tenths_of(1e6)),
        _ => format!("{} GB", in_tenths_of(1e9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_have_at_most_four_digits() {
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
