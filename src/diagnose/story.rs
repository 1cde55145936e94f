//! The story of a rule as text: what it means, why it happens, what it looks like, what helps, and
//! what its quantities are held against. `sweep explain` prints it, and `docs/rules.md` is made of it.

use super::finding::{Side, Threshold};
use super::{Code, Rule, rule};
use crate::number::number;

/// Most characters of a line.
const WIDTH: usize = 100;

/// The story of a code, below its name and title. How headings look is for the reader to say: a
/// terminal has other ways than a page.
pub fn story(code: Code, heading: impl Fn(&str) -> String) -> String {
    let Rule {
        meaning,
        cause,
        section,
        signs,
        remedies,
        thresholds,
        ..
    } = rule(code);
    let told = format!("{cause} The lecture tells of it under \"{section}\".");
    let mut parts = vec![wrapped(meaning, "")];
    let mut add = |title: &str, text: String| {
        if !text.is_empty() {
            parts.push(format!("{}\n\n{text}", heading(title)));
        }
    };
    add("Why it happens", wrapped(&told, ""));
    add("What it looks like", wrapped(signs, ""));
    add("What helps, the smallest change first", list(remedies));
    let words: Vec<String> = thresholds.iter().map(threshold).collect();
    add("What it is held against", list(&words));
    parts.join("\n\n")
}

/// `docs/rules.md`: the stories of all codes.
pub fn rules_page() -> String {
    let intro = "A run is named by one of these codes. A cause is named only for a run that failed to \
                 learn; what the rules see in a run that learned is told as notes. The first cause \
                 that is found is the root, and those that are born with a network are looked for \
                 before those that it acquires.";
    let origin = "This page is made from the rules themselves, and `sweep explain CODE` prints the \
                  same: `UPDATE=1 cargo test --test rules` writes it anew.";
    let mut parts = vec![
        "# Diagnoses".to_owned(),
        wrapped(intro, ""),
        wrapped(origin, ""),
    ];
    for code in Code::ALL {
        parts.push(format!("## {code}\n\n**{}.**", rule(code).title));
        parts.push(story(code, |title| format!("### {title}")));
    }
    format!("{}\n", parts.join("\n\n"))
}

/// `initial weights …: above 3; healthy runs have 0.4 to 1.5. A signal that …`.
fn threshold(threshold: &Threshold) -> String {
    let side = match threshold.side {
        Side::Above => "above",
        Side::Below => "below",
    };
    let (low, high) = threshold.healthy;
    format!(
        "{}: {side} {}; healthy runs have {} to {}. Why: {}.",
        threshold.quantity,
        number(threshold.value),
        number(low),
        number(high),
        threshold.why
    )
}

/// One item a line, or several lines where it is long.
fn list(items: &[impl AsRef<str>]) -> String {
    let items = items.iter();
    let items: Vec<String> = items
        .map(|item| wrapped(&format!("- {}", item.as_ref()), "  "))
        .collect();
    items.join("\n")
}

/// Broken between words; lines after the first start with the indent.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_indent() {
        let text = wrapped(&["word"; 50].join(" "), "  ");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().skip(1).all(|line| line.starts_with("  word")));
        assert_eq!(text.split_whitespace().count(), 50);
    }

    #[test]
    fn a_story_has_headings_only_for_what_there_is_to_tell() {
        let headings = |code| {
            story(code, |title| format!("# {title}"))
                .matches("# ")
                .count()
        };
        assert_eq!(headings(Code::InitTooLarge), 4);
        // Nothing has to help a run that learned, and nothing is measured where no rule speaks.
        assert_eq!((headings(Code::Healthy), headings(Code::Unclear)), (3, 3));
    }
}
