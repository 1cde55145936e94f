//! "Did you mean": finds the nearest valid name.

/// Minimum similarity of a suggestion.
const LIKE: f64 = 0.6;

/// Returns the nearest of some names, if one is similar enough.
pub(crate) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    let wrong = plain(wrong);
    let length = wrong.chars().count();
    names
        .into_iter()
        // The distance is at least the difference of the lengths. Without this filter, comparing a long name takes
        // time and memory proportional to the product of the lengths, for every name.
        .filter(|name| {
            let other = name.chars().count();
            length.min(other) as f64 >= LIKE * length.max(other) as f64
        })
        .map(|name| {
            (
                strsim::normalized_damerau_levenshtein(&wrong, &plain(name)),
                name,
            )
        })
        // The first of equal names wins, so the order of the table decides.
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .filter(|(likeness, _)| *likeness >= LIKE)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_not_compared_with_names_of_other_lengths() {
        let long = "momentum".repeat(200_000);
        assert_eq!(nearest(&long, ["momentum", "lr"]), None);
        assert_eq!(nearest("lr", [long.as_str()]), None);
        assert_eq!(nearest("Momentun", ["lr", "momentum"]), Some("momentum"));
        // Two of five characters differ.
        assert_eq!(nearest("ab12c", ["abc"]), Some("abc"));
    }
}
