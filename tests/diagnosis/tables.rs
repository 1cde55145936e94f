//! The tables, in Markdown.

use super::cures::{Cured, FIRST};
use super::rivals::RIVALS;
use super::sets::{DataSet, Half, OneWeight};
use super::tally::{Bar, Row, Tally, share};
use std::fmt::Write;
use sweep::diagnose::Code;

/// The whole page.
pub fn page(tallies: &[Tally]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for tally in tallies {
        page += &half(tally);
    }
    page
}

const INTRODUCTION: &str = "\
# How runs are diagnosed

Written by `cargo run --release --example diagnosis -- --write`, which trains the labelled suite in
`tests/diagnosis/` where its traces are not at hand yet.

Every case is a pair: a sound recipe, and the same recipe with one fault. A faulty run is kept only if
its fault took: with the same seed the sound recipe learns (at least 0.85 of the best known skill, and
what it learned holds for the validation rows) and the faulty one does not. Its label is what was
injected, never what a rule says. Where a second name is right too (its own fix, trained, makes the
cell learn; or it is another word for the same edit) the injection says so in `tests/diagnosis/faults/`.
*Named rightly* counts both, *own name* only what was injected. The sound recipes, and others
sampled for this, are the healthy runs.

No threshold was chosen on the rows of the half that is held out: the bars count there. On the other
half they say how far the rules fit what they were made for. The two one-weight risks are in
`experiments/local-minimum.toml` as well, which the rules have to get right too.
";

/// One half: its counts, bars, confusion matrix, rivals and pairs.
fn half(tally: &Tally) -> String {
    let sets: Vec<&str> = DataSet::of(tally.half).map(|set| set.name).collect();
    let title = match tally.half {
        Half::Calibration => "The half for calibration",
        Half::HeldOut => "The half that is held out",
    };
    let risk = OneWeight::of(tally.half).name;
    let mut text = format!(
        "\n## {title}\n\nData sets: {}, and the one-weight risk {risk}.\n\n",
        sets.join(", ")
    );
    text += &bars(&tally.bars());
    text += &counts(tally);
    text += &matrix(tally);
    text += &rivals(tally);
    text += &pairs(tally);
    text += &cures(tally);
    text
}

fn bars(bars: &[Bar]) -> String {
    let mut text = "| bar | wanted | reached | of runs | |\n|---|--:|--:|--:|---|\n".to_owned();
    for bar in bars {
        let Bar {
            what,
            reached,
            of,
            bar: wanted,
            at_most,
        } = bar;
        let sign = if *at_most { "≤" } else { "≥" };
        let met = if bar.is_met() { "met" } else { "**missed**" };
        let _ = writeln!(
            text,
            "| {what} | {sign} {} | {} | {of} | {met} |",
            percent(*wanted),
            percent(*reached)
        );
    }
    text + "\n"
}

/// How many runs of every code are kept.
pub fn kept(tally: &Tally) -> String {
    let mut text = format!("{}:\n", tally.half.name());
    for (code, row) in &tally.rows {
        let _ = writeln!(text, "{:>5} of {:>5} {code}", row.kept(), row.drawn);
    }
    text
}

fn counts(tally: &Tally) -> String {
    let mut text = "| injected | trained | sound recipe fails | fault does no harm | fails otherwise | kept | named rightly | own name |\n\
                    |---|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    let mut line = |name: &str, row: &Row| {
        let Row {
            drawn,
            unsound,
            unharmed,
            otherwise,
            right,
            own,
            ..
        } = row;
        let kept = row.kept();
        let (right, own) = (percent(share(*right, kept)), percent(share(*own, kept)));
        let _ = writeln!(
            text,
            "| {name} | {drawn} | {unsound} | {unharmed} | {otherwise} | {kept} | {right} | {own} |"
        );
    };
    for (code, row) in tally.faults() {
        line(code.name(), row);
    }
    let all = tally
        .faults()
        .fold(Row::default(), |all, (_, row)| all.with(row));
    line("**all faults**", &all);
    if let Some(row) = tally.rows.get(&Code::Healthy) {
        line("healthy", row);
    }
    text + "\n"
}

/// The confusion matrix: a row for what was injected, a column for what was said.
fn matrix(tally: &Tally) -> String {
    let columns: Vec<String> = Code::ALL.iter().map(|code| initials(*code)).collect();
    let mut text = format!(
        "| injected ↓ said → | {} |\n|---|{}\n",
        columns.join(" | "),
        "--:|".repeat(columns.len())
    );
    for (code, row) in &tally.rows {
        let cell = |said: &Code| match row.named.get(said) {
            Some(n) if said == code => format!("**{n}**"),
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

/// The first letters of a code's words.
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

fn rivals(tally: &Tally) -> String {
    let mut text = "Rules that others have published, on the same traces. They name no root cause; shown is how often \
                    each fires.\n\n| rule | on healthy runs | on failing runs | where it is from |\n|---|--:|--:|---|\n"
        .to_owned();
    let ((healthy, alarms), (failing, right)) = (tally.alarms(), tally.failing());
    for (rival, [on_healthy, on_failing]) in RIVALS.iter().zip(&tally.rivals) {
        let (a, b) = (
            percent(share(*on_healthy, healthy)),
            percent(share(*on_failing, failing)),
        );
        // A bar would end the cell.
        let source = rival.source.replace('|', "\\|");
        let _ = writeln!(text, "| {} | {a} | {b} | {source} |", rival.name);
    }
    let (a, b) = (
        percent(share(alarms, healthy)),
        percent(share(right, failing)),
    );
    let _ = writeln!(text, "| `sweep` | {a} | {b} named rightly | |");
    text + "\n"
}

fn pairs(tally: &Tally) -> String {
    let pairs = &tally.pairs;
    if pairs.kept == 0 {
        return String::new();
    }
    format!(
        "Two faults at once, without a bar: {} runs fail with both and learn without either. {} of them get one of \
         the two names, {} also the other as a note.\n",
        pairs.kept,
        percent(share(pairs.one_of_both, pairs.kept)),
        percent(share(pairs.both, pairs.kept)),
    )
}

/// What the prescriptions did, and what chance did.
fn cures(tally: &Tally) -> String {
    if tally.cures.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nFixes suggested for the diagnosis of a failing run, trained on that run: the first fix, and the \
         first {FIRST} until one works. The control for each is a random change of as many \
         keys.\n\n| injected | failing runs | fixed by the first | by one of {FIRST} | by one of as many \
         random changes |\n|---|--:|--:|--:|--:|\n"
    );
    let mut line = |name: &str, cured: Cured| {
        let shares = [cured.at_once, cured.prescribed, cured.random];
        let [first, prescribed, random] = shares.map(|n| percent(share(n, cured.of)));
        let of = cured.of;
        let _ = writeln!(
            text,
            "| {name} | {of} | {first} | {prescribed} | {random} |"
        );
    };
    for (code, cured) in &tally.cures {
        line(code.name(), *cured);
    }
    line("**all faults**", tally.cured());
    text
}

fn percent(share: f64) -> String {
    if share.is_nan() {
        "–".to_owned()
    } else {
        format!("{:.1}%", 100.0 * share)
    }
}
