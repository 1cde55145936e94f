//! "Did you mean": finds the valid names that a wrong one may stand for.

use super::kind::either;
use super::synonyms;

/// Minimum similarity of a suggestion.
const LIKE: f64 = 0.6;
/// Similarity of a typing error, which is a better explanation than a part of a name.
const CLOSE: f64 = 0.75;
/// Minimum length of a text that is searched for within names.
const SHORTEST: usize = 3;
/// Maximum number of suggestions. More of them would not help.
const MOST: usize = 4;

/// Returns the names that a wrong one may stand for. They are, in this order of preference: equal but for case and
/// separators; meant by a [synonym](synonyms); the most similar one, if it is close; those with a word that starts like
/// it (`vanishing`); the most similar one; those with a similar word (`saturation`).
pub(crate) fn similar<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = plain(wrong);
    let names: Vec<(&str, String)> = names.into_iter().map(|name| (name, plain(name))).collect();
    let among = |is: &dyn Fn(&str, &str) -> bool| -> Vec<&'a str> {
        let found = names.iter().filter(|(name, plain)| is(name, plain));
        found.map(|(name, _)| *name).collect()
    };
    let bare = joined(&wrong);
    let equal = || among(&|_, plain| joined(plain) == bare);
    let stands = |name: &str| {
        synonyms::of(name)
            .iter()
            .any(|word| joined(&plain(word)) == bare)
    };
    let meant = || among(&|name, _| stands(name));
    let part = format!("-{wrong}");
    let starts = || match wrong.chars().count() >= SHORTEST {
        true => among(&|_, plain| format!("-{plain}").contains(&part)),
        false => Vec::new(),
    };
    let own = names.iter().map(|(name, plain)| (plain.clone(), *name));
    let others = names.iter().flat_map(|(name, _)| {
        let words = synonyms::of(name).iter();
        words.map(|word| (plain(word), *name))
    });
    let near = closest(&wrong, own.chain(others));
    let near_by = |least: f64| -> Vec<&'a str> {
        let found = near.filter(|(likeness, _)| *likeness >= least);
        found.into_iter().map(|(_, name)| name).collect()
    };
    let has_word = |plain: &str| plain.split('-').any(|word| is_like(&wrong, word));
    let words = || among(&|_, plain| plain.contains('-') && has_word(plain));
    let stages: [&dyn Fn() -> Vec<&'a str>; 6] = [
        &equal,
        &meant,
        &|| near_by(CLOSE),
        &starts,
        &|| near_by(LIKE),
        &words,
    ];
    let mut found = stages.iter().map(|stage| stage());
    let found = found.find(|names| (1..=MOST).contains(&names.len()));
    found.unwrap_or_default()
}

/// Returns the most similar of some names that are not words of sweep files, such as paths, if it is similar enough.
pub(crate) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let names = names.into_iter().map(|name| (plain(name), name));
    let found = closest(&plain(wrong), names);
    found
        .filter(|(likeness, _)| *likeness >= LIKE)
        .map(|(_, name)| name)
}

/// Returns ``did you mean `a` or `b`?`` with the [similar] names, if there are any. `written` adds quotes or backticks.
pub(crate) fn suggestion<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
    written: impl FnMut(&'a str) -> String,
) -> Option<String> {
    let names: Vec<String> = similar(wrong, names).into_iter().map(written).collect();
    did_you_mean(&names)
}

/// Returns ``did you mean `a` or `b`?``, if there are any names.
pub(crate) fn did_you_mean(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("did you mean {}?", either(names)))
}

/// Returns a name in backticks, as messages write keys.
pub(crate) fn ticked(name: &str) -> String {
    format!("`{name}`")
}

/// Returns a name in quotes, as messages write values.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Returns a name without differences of case and separators.
fn plain(name: &str) -> String {
    let name = name.replace('\t', "tab").to_lowercase();
    let name = name.trim().replace(['_', ' ', '.'], "-");
    name.trim_matches('-').to_owned()
}

/// Returns a plain name without separators.
fn joined(plain: &str) -> String {
    plain.replace('-', "")
}

/// Returns the name of the plain word that is most similar to another one, with its similarity. The first of equal ones
/// wins, so the order decides.
fn closest<'a>(
    wrong: &str,
    words: impl IntoIterator<Item = (String, &'a str)>,
) -> Option<(f64, &'a str)> {
    let fitting = words.into_iter().filter(|(word, _)| fits(wrong, word));
    let scored = fitting.map(|(word, name)| (likeness(wrong, &word), name));
    scored.fold(None, |best: Option<(f64, &str)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        Some(_) | None => Some(next),
    })
}

fn is_like(a: &str, b: &str) -> bool {
    fits(a, b) && likeness(a, b) >= LIKE
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b)
}

/// Returns whether two texts may be similar by their lengths, because their distance is at least the difference.
/// Without this filter, comparing a long text takes time and memory proportional to the product of the lengths.
fn fits(a: &str, b: &str) -> bool {
    let (a, b) = (a.chars().count(), b.chars().count());
    a > 0 && a.min(b) as f64 >= LIKE * a.max(b) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;
    use crate::config::Quantity;
    use crate::config::keys::KEYS;

    #[test]
    fn a_long_name_is_not_compared_with_names_of_other_lengths() {
        let long = "momentum".repeat(200_000);
        assert_eq!(nearest(&long, ["momentum", "lr"]), None);
        assert_eq!(nearest("lr", [long.as_str()]), None);
        assert_eq!(nearest("Momentun", ["lr", "momentum"]), Some("momentum"));
        // Two of five characters differ.
        assert_eq!(nearest("ab12c", ["abc"]), Some("abc"));
        assert_eq!(nearest("", ["abc"]), None);
    }

    #[test]
    fn a_part_or_a_misspelling_of_a_code_is_recognized() {
        let cases: [(&str, &[&str]); 12] = [
            ("vanishing", &["vanishing-gradients"]),
            ("vanishing-gradient", &["vanishing-gradients"]),
            ("exploding", &["exploding-gradients"]),
            ("Dead_ReLU", &["dead-relu"]),
            ("dead", &["dead-relu"]),
            ("underfitting", &["too-shallow", "undertrained"]),
            ("overfitting", &["overfit"]),
            (
                "learning-rate",
                &["learning-rate-too-low", "learning-rate-too-high"],
            ),
            ("lr_too_high", &["learning-rate-too-high"]),
            ("saturation", &["saturated-output", "saturated-hidden"]),
            ("xyzzy", &[]),
            ("", &[]),
        ];
        for (wrong, expected) in cases {
            assert_eq!(
                similar(wrong, Code::ALL.map(Code::name)),
                expected,
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_typing_error_is_preferred_to_a_part_of_other_names() {
        let names = ["validation_skill", "skill_gap", "skill"];
        assert_eq!(similar("skil", names), ["skill"]);
        let quantities = Quantity::ALL.map(Quantity::name);
        assert_eq!(
            similar("validation_acc", quantities),
            ["validation_accuracy"]
        );
        assert_eq!(
            similar("accuracy", ["train_accuracy", "test_accuracy"]).len(),
            2
        );
    }

    /// A synonym that is itself a name at the same place would never be suggested.
    #[test]
    fn no_key_is_a_synonym_of_another_one() {
        for key in KEYS {
            for word in synonyms::of(key.short()) {
                let taken = KEYS.iter().find(|other| other.short() == *word);
                assert!(taken.is_none(), "{word} stands for {}", key.name);
            }
        }
    }
}
