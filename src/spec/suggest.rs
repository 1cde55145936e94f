//! "Did you mean": the nearest valid name.

/// The nearest of some names, where one is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    let wrong = plain(wrong);
    names
        .into_iter()
        .map(|name| {
            (
                strsim::normalized_damerau_levenshtein(&wrong, &plain(name)),
                name,
            )
        })
        // The first of equals wins, so that the order of the table decides.
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .map(|(_, name)| name)
}
