//! The page `docs/diagnosis.md`: tables in Markdown.

use super::counts::{Counts, Requirement, Row, fraction};
use super::fixes::{FIRST, Fixed};
use super::published::PUBLISHED;
use super::sets::{DataSet, Half, OneWeight};
use std::fmt::Write;
use sweep::diagnose::Code;

/// Returns the whole page.
pub fn page(all: &[Counts]) -> String {
    let covered: String = all.iter().map(coverage).collect();
    let mut page = format!("{TITLE}{covered}\n{METHOD}");
    for counts in all {
        page += &half(counts);
    }
    page
}

const TITLE: &str = "\
# Accuracy of diagnoses and fixes

`cargo run --release --example diagnosis -- --write` measures the figures and writes this page. It trains the
labeled suite in `tests/diagnosis/`. Stored runs are not trained again.
";

const METHOD: &str = "\
## Method

- A case is a pair of configurations: a base that should learn, and the same with one injected fault.
- Each case has 3 seeds. Half of the `local-minimum` cases have 12, because their networks learn only with some
  seeds.
- A faulty run is kept only if its fault shows: with the same seed, the base learns and the faulty run does not.
- The label of a run is the injected fault. It never depends on a rule.
- Some faults have a second correct diagnosis: one that names the same fault differently, or one with a fix
  that makes the run learn. `tests/diagnosis/faults/` gives the reason for each.
- *Correct* counts the injected fault and such equivalent diagnoses. *Exact* counts the injected fault only.
- The healthy runs are the bases that learn, and further sampled configurations that learn.

## When a run learns

- **Training rows:** the final skill is at least 85% of the reference skill on the same rows.
- **Validation rows:** the final skill is at most 0.15 below that of the reference run.
- A base meets both conditions. A faulty run does not meet the first; an `overfit` run meets the first only.
- A fault must also cost at least 10% of the reference skill. Otherwise it counts as harmless.
- The reference run has two hidden layers of 32 tanh neurons and trains with Adam for 400 epochs. It counts at
  its lowest validation loss. A one-weight model is compared with its global minimum.

Why 85%: in 20 seeds of every experiment, cells with the fix applied end above it. Cells with a failure end below
it, except `overfit` cells. `sweep` uses 85% for [all runs](diagnosis-guide.md#when-a-run-fails).

## Two halves of the data sets

Thresholds of rules were chosen on the calibration half only. The requirements apply to the held-out half. The
calibration half shows how well the rules fit the data that they were made for.

Both one-weight models are also in `experiments/local-minimum.toml`, which the rules must diagnose correctly.
In this respect, `double-well` is not held out.
";

/// Returns what the figures of the held-out half cover; empty for the other half.
fn coverage(counts: &Counts) -> String {
    if counts.half != Half::HeldOut {
        return String::new();
    }
    let (failing, right) = counts.failing();
    let (healthy, alarms) = counts.alarms();
    format!(
        "
## What the figures cover

On held-out data sets, {} of {failing} failing runs get a correct diagnosis: the injected fault or an equivalent
one. Of {healthy} healthy runs, {} get a false alarm.

- **Models:** built-in linear models, MLPs, residual MLPs and one-weight models.
- **Faults:** each run has exactly one injected fault.
- **Data:** rows from generators with 1 to 8 features, at most 256 rows.
- **Not covered:** faults that people made in their own projects, other models, and other data. For these, the
  accuracy is not known yet.
",
        percent(fraction(right, failing)),
        percent(fraction(alarms, healthy))
    )
}

/// Returns the section of one half.
fn half(counts: &Counts) -> String {
    let sets: Vec<String> = DataSet::of(counts.half)
        .map(|set| format!("`{}`", set.name))
        .collect();
    let title = match counts.half {
        Half::Calibration => "Calibration half",
        Half::HeldOut => "Held-out half",
    };
    let model = OneWeight::of(counts.half).name;
    let mut text = format!(
        "\n## {title}\n\nData sets: {}. One-weight model: `{model}`.\n\n",
        sets.join(", ")
    );
    text += &requirements(&counts.requirements());
    text += &runs(counts);
    text += &matrix(counts);
    text += &published(counts);
    text += &pairs(counts);
    text += &fixes(counts);
    text
}

/// Returns the table of requirements.
fn requirements(requirements: &[Requirement]) -> String {
    let mut text =
        "| requirement | required | measured | runs | |\n|---|--:|--:|--:|---|\n".to_owned();
    for requirement in requirements {
        let Requirement {
            what,
            measured,
            of,
            required,
            at_most,
        } = requirement;
        let sign = if *at_most { "≤" } else { "≥" };
        let met = match requirement.is_met() {
            true => "met",
            false => "**missed**",
        };
        let _ = writeln!(
            text,
            "| {what} | {sign} {} | {} | {of} | {met} |",
            percent(*required),
            percent(*measured)
        );
    }
    text + "\n"
}

/// Returns the number of kept runs of every fault.
pub fn kept(counts: &Counts) -> String {
    let mut text = format!("{}:\n", counts.half.name());
    for (code, row) in &counts.rows {
        let _ = writeln!(text, "{:>5} of {:>5} {code}", row.kept(), row.trained);
    }
    text
}

/// Returns the table of kept and left-out runs.
fn runs(counts: &Counts) -> String {
    let mut text = "\
### Runs

*Base fails*: the base does not learn with this seed. *Harmless*: the fault costs too little skill. *Other
failure*: the run diverged for another reason, or it learned first and lost it later. For `local-minimum` it also
means that no other seed of the cell learns.

| injected fault | trained | base fails | harmless | other failure | kept | correct | exact |
|---|--:|--:|--:|--:|--:|--:|--:|
"
    .to_owned();
    let mut line = |name: &str, row: &Row| {
        let Row {
            trained,
            base_fails,
            harmless,
            other_failure,
            right,
            own,
            ..
        } = row;
        let kept = row.kept();
        let (right, own) = (
            percent(fraction(*right, kept)),
            percent(fraction(*own, kept)),
        );
        let _ = writeln!(
            text,
            "| {name} | {trained} | {base_fails} | {harmless} | {other_failure} | {kept} | {right} | {own} |"
        );
    };
    for (code, row) in counts.faults() {
        line(code.name(), row);
    }
    let all = counts
        .faults()
        .fold(Row::default(), |all, (_, row)| all.with(row));
    line("**all faults**", &all);
    if let Some(row) = counts.rows.get(&Code::Healthy) {
        line("healthy", row);
    }
    text + "\n"
}

/// Returns the confusion matrix: a row for each injected fault, a column for each diagnosis.
fn matrix(counts: &Counts) -> String {
    let columns: Vec<String> = Code::ALL.iter().map(|code| initials(*code)).collect();
    let mut text = format!(
        "### Confusion matrix\n\nNumbers are kept runs. The rows give the abbreviations of the columns; `?` is \
         `unclear`.\n\n| injected ↓ diagnosed → | {} |\n|---|{}\n",
        columns.join(" | "),
        "--:|".repeat(columns.len())
    );
    for (code, row) in &counts.rows {
        let cell = |diagnosed: &Code| match row.named.get(diagnosed) {
            Some(n) if diagnosed == code => format!("**{n}**"),
            Some(n) => n.to_string(),
            None => String::new(),
        };
        let cells: Vec<String> = Code::ALL.iter().map(cell).collect();
        let _ = writeln!(
            text,
            "| {code} ({}) | {} |",
            initials(*code),
            cells.join(" | ")
        );
    }
    text + "\n"
}

/// Returns the initials of a diagnosis.
fn initials(code: Code) -> String {
    if code == Code::Unclear {
        return "?".to_owned();
    }
    let words = code.name().split('-');
    let letters: String = words.filter_map(|word| word.chars().next()).collect();
    match letters.len() {
        1 => code.name()[..2].to_uppercase(),
        _ => letters.to_uppercase(),
    }
}

/// Returns the table of published rules.
fn published(counts: &Counts) -> String {
    let mut text = "\
### Published rules

The same traces, checked by rules that others have published. These rules name no root cause. The table shows
how often each of them fires.

| rule | on healthy runs | on failing runs | source |
|---|--:|--:|---|
"
    .to_owned();
    let ((healthy, alarms), (failing, right)) = (counts.alarms(), counts.failing());
    for (rule, [on_healthy, on_failing]) in PUBLISHED.iter().zip(&counts.published) {
        let (a, b) = (
            percent(fraction(*on_healthy, healthy)),
            percent(fraction(*on_failing, failing)),
        );
        // `|` would end the cell of the table.
        let source = rule.source.replace('|', "\\|");
        let _ = writeln!(text, "| {} | {a} | {b} | {source} |", rule.name);
    }
    let (a, b) = (
        percent(fraction(alarms, healthy)),
        percent(fraction(right, failing)),
    );
    let _ = writeln!(text, "| `sweep` | {a} | {b} correct | |");
    text + "\n"
}

/// Returns the results of two faults at once.
fn pairs(counts: &Counts) -> String {
    let pairs = &counts.pairs;
    if pairs.kept == 0 {
        return String::new();
    }
    format!(
        "### Two faults at once\n\n{} runs fail with two injected faults, and learn when both are removed. {} of them get \
         one of the two diagnoses, and {} get the other one as a note too. There is no requirement for these runs.\n",
        pairs.kept,
        percent(fraction(pairs.one_of_both, pairs.kept)),
        percent(fraction(pairs.both, pairs.kept)),
    )
}

/// Returns the table of fixes and controls.
fn fixes(counts: &Counts) -> String {
    if counts.fixes.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "
### Fixes

The suggested fixes of each failing run are trained in their order, at most {FIRST}, until one works. The control of
a fix is another random change of the same number of keys. It is never one of these fixes, and never drawn twice.
Controls that could be one of the fixes worked in 30.0% and 33.3% of the failing runs of both halves. A fix works if
the same run then learns its training rows; an `overfit` run must also meet the condition on validation rows.

| injected fault | failing runs | fixed by the first fix | by one of {FIRST} fixes | by one of up to {FIRST} controls |
|---|--:|--:|--:|--:|
"
    );
    let mut line = |name: &str, fixed: Fixed| {
        let fractions = [fixed.by_first, fixed.suggested, fixed.random];
        let [first, suggested, random] = fractions.map(|n| percent(fraction(n, fixed.of)));
        let of = fixed.of;
        let _ = writeln!(text, "| {name} | {of} | {first} | {suggested} | {random} |");
    };
    for (code, fixed) in &counts.fixes {
        line(code.name(), *fixed);
    }
    line("**all faults**", counts.fixed());
    text
}

fn percent(fraction: f64) -> String {
    if fraction.is_nan() {
        "–".to_owned()
    } else {
        format!("{:.1}%", 100.0 * fraction)
    }
}
