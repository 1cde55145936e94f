//! Which differences count as changes.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::trace::Real;

fn kept(cell: &str, diagnosis: &str, losses: &[f64]) -> CellBaseline {
    CellBaseline {
        cell: cell.to_owned(),
        diagnosis: Some(diagnosis.to_owned()),
        seeds: diagnosis.to_owned(),
        train_loss: losses.iter().copied().map(Real).collect(),
    }
}

fn of(cells: Vec<CellBaseline>) -> Baseline {
    Baseline {
        format: FORMAT,
        cells,
    }
}

fn shown(before: CellBaseline, now: CellBaseline) -> Vec<String> {
    let all = changes(&of(vec![before]), &of(vec![now]));
    all.iter().map(Change::to_string).collect()
}

#[test]
fn a_loss_within_or_near_the_range_of_the_seeds_is_no_change() {
    let before = || kept("lr 0.1", "healthy", &[0.2, 0.3, 0.25]);
    for same in [
        &[0.2, 0.2, 0.3][..],
        &[0.31],
        &[0.191],
        &[0.25, f64::INFINITY, 0.2],
    ] {
        assert_eq!(shown(before(), kept("lr 0.1", "healthy", same)), [""; 0]);
    }
    for (other, now) in [(0.32, "0.32"), (0.18, "0.18"), (f64::INFINITY, "∞")] {
        let shown = shown(before(), kept("lr 0.1", "healthy", &[other]));
        let range = "lr 0.1: train_loss was 0.2 to 0.3 over 3 seeds";
        assert_eq!(shown, [format!("{range}, and its median is now {now}")]);
    }
}

#[test]
fn a_run_that_still_diverges_is_no_change() {
    let all = || kept("lr 10", "learning-rate-too-high", &[f64::INFINITY; 2]);
    assert_eq!(shown(all(), all()), [""; 0]);
    let fixed = kept("lr 10", "learning-rate-too-high", &[0.1; 2]);
    assert_eq!(shown(all(), fixed).len(), 1);
}

#[test]
fn changes_are_counted_by_kind_and_listed_by_cell() {
    let cell =
        |i: usize, diagnosis: &str, loss: f64| kept(&format!("depth {i}"), diagnosis, &[loss]);
    let before = of(vec![
        cell(0, "healthy", 0.1),
        cell(1, "healthy", 0.1),
        cell(2, "healthy", 0.1),
        cell(3, "healthy", 0.1),
    ]);
    let now = of(vec![
        cell(0, "dead-relu", 0.1),
        cell(1, "unclear", 0.9),
        cell(2, "healthy", 0.2),
        cell(4, "healthy", 0.1),
    ]);
    let all = changes(&before, &now);
    let text: Vec<String> = all.iter().map(Change::to_string).collect();
    insta::assert_snapshot!(format!("{}\n{}", sentence(&all).unwrap(), text.join("\n")));
    assert_eq!(sentence(&changes(&before, &before)), None);
}
