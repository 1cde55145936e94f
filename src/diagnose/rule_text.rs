//! The text of a rule: meaning, cause, symptoms, fixes and thresholds. `sweep explain` prints it, and
//! `docs/rules.md` consists of it.

use super::finding::Threshold;
use super::needs::Need;
use super::rules::needs;
use super::{Code, Rule, rule};
use crate::format::number;

/// The maximum length of a line, in characters.
const WIDTH: usize = 100;

/// The lecture that describes these failures.
const LECTURE: &str = "DSC 140B (Representation Learning), Lecture 14";

/// Returns the text of a code, without its name and title. `heading` formats a heading, because a
/// terminal and a page format it differently.
pub fn story(code: Code, heading: impl Fn(&str) -> String) -> String {
    text(code, heading, LECTURE)
}

/// Returns the text of a code; `lecture` is the name of the lecture.
fn text(code: Code, heading: impl Fn(&str) -> String, lecture: &str) -> String {
    let Rule {
        meaning,
        cause,
        section,
        symptoms,
        fixes,
        combination,
        thresholds,
        ..
    } = rule(code);
    let cause = format!("{cause} Source: {lecture}, \"{section}\".");
    let mut parts = vec![wrapped(meaning, "")];
    let mut add = |title: &str, text: String| {
        if !text.is_empty() {
            parts.push(format!("{}\n\n{text}", heading(title)));
        }
    };
    add("Cause", wrapped(&cause, ""));
    add("Symptoms in the report", wrapped(symptoms, ""));
    add("Fixes, smallest change first", list(fixes));
    let words: Vec<String> = thresholds.iter().map(threshold).collect();
    let words = match words.len() {
        0 | 1 => list(&words),
        _ => numbered(&words),
    };
    let thresholds = match combination.is_empty() {
        true => words,
        false => format!("{}\n\n{words}", wrapped(combination, "")),
    };
    add("Thresholds", thresholds);
    let needs: Vec<&str> = needs(code).into_iter().map(Need::name).collect();
    let needs = match needs.is_empty() {
        true => String::new(),
        false => wrapped(
            &format!(
                "The trace must have: {}. Otherwise, the check is left out.",
                needs.join(", ")
            ),
            "",
        ),
    };
    add("Required evidence", needs);
    parts.join("\n\n")
}

/// Returns `docs/rules.md`: the texts of all codes.
pub fn rules_page() -> String {
    let order = "Every run gets one of these diagnoses. A cause is named only for a run that fails. Rules are \
                 checked in a fixed order: causes that exist at initialization come before those that arise \
                 in training. The first rule that matches gives the root cause. Further matches are notes; \
                 the report lists them as other symptoms.";
    let failing = "A run **learned** if its training skill is at least 85% of the reference skill: the training \
                   skill that is reachable without overfitting, as far as the runs show. A run **fails** if it did \
                   not learn, or if it is `overfit`: it learned its training rows, but not the validation rows. All other \
                   runs with a result are `healthy`. A run with a training skill below 0.1 always fails: it \
                   learned nothing. So does a run with a validation skill below 0: it learned nothing that \
                   holds for the validation rows. The [diagnosis guide](diagnosis-guide.md#when-a-run-fails) \
                   has details.";
    let thresholds = "A threshold holds if the value is on the given side of it. If a rule has several \
                      thresholds, they have numbers. The text above them says how they combine, and when each \
                      is checked. The typical range contains 96 of 100 healthy runs of the labeled test suite \
                      (faults injected into known networks, see [accuracy](diagnosis.md)). It can extend beyond \
                      the threshold, because only failing runs get a cause, and many rules have further \
                      conditions.";
    let fixes = "Names of fixes in code style are those of `fixed_by` and `sweep fix`.";
    let lecture = "The failures are those of the course DSC 140B, *Representation Learning*, Lecture 14, \
                   Part 2, *\"Debugging\" NN Training*. The lecture calls the loss risk.";
    let origin = "This page is generated from the rules: `UPDATE=1 cargo test --test rules` updates it. \
                  `sweep explain CODE` prints the same text.";
    let mut parts = vec!["# Diagnoses".to_owned()];
    parts
        .extend([order, failing, thresholds, fixes, lecture, origin].map(|text| wrapped(text, "")));
    for code in Code::ALL {
        parts.push(format!("## {code}\n\n**{}.**", rule(code).title));
        parts.push(text(code, |title| format!("### {title}"), "the lecture"));
    }
    format!("{}\n", parts.join("\n\n"))
}

/// Returns text such as `hidden layers: above 9. Of 100 healthy runs, 96 have 1 to 8. Reason: …`.
fn threshold(threshold: &Threshold) -> String {
    let (low, high) = threshold.healthy;
    let typical = match low == high {
        true => format!("have {}", number(low)),
        false => format!("have {} to {}", number(low), number(high)),
    };
    format!(
        "{}: {} {}. Of 100 healthy runs, 96 {typical}. Reason: {}.",
        threshold.quantity,
        threshold.side.word(),
        number(threshold.value),
        threshold.why
    )
}

/// Returns a Markdown list.
fn list(items: &[impl AsRef<str>]) -> String {
    let items = items.iter();
    let items: Vec<String> = items
        .map(|item| wrapped(&format!("- {}", item.as_ref()), "  "))
        .collect();
    items.join("\n")
}

/// Returns a numbered Markdown list.
fn numbered(items: &[String]) -> String {
    let items = items.iter().zip(1..);
    let items: Vec<String> = items
        .map(|(item, n)| wrapped(&format!("{n}. {item}"), "   "))
        .collect();
    items.join("\n")
}

/// Breaks text into lines between words; lines after the first start with the indent.
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
    fn a_text_has_no_heading_without_content() {
        let headings = |code| {
            story(code, |title| format!("# {title}"))
                .matches("# ")
                .count()
        };
        assert_eq!(headings(Code::InitTooLarge), 5);
        // A run that learned needs no fix, and `unclear` has no thresholds.
        assert_eq!((headings(Code::Healthy), headings(Code::Unclear)), (3, 3));
    }
}
