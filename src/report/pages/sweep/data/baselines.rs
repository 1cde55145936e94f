//! Comparisons for the losses of the table: the best constant prediction, the best linear model, and the cell
//! with the lowest validation loss.

use crate::config::Quantity;
use crate::diagnose::expectations::count;
use crate::report::shared::number::number;
use crate::report::shared::series::extent;
use crate::report::shared::stats::median;
use crate::results::Results;
use crate::trace::{DataFacts, Real};

/// Returns one sentence for each available comparison.
pub fn baselines(results: &Results) -> Vec<String> {
    let constant = sentence(results, "The best constant prediction", |data| {
        (
            Some(data.constant_train_loss),
            data.constant_validation_loss,
        )
    });
    let linear = sentence(results, "The best linear model", |data| {
        (data.linear_train_loss, data.linear_validation_loss)
    });
    [constant, linear, chosen(results)]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns text such as `The best constant prediction has a training loss of 0.5 and a validation loss of
/// 0.49.`, with a range if the data or the loss varies.
fn sentence(
    results: &Results,
    who: &str,
    losses: impl Fn(&DataFacts) -> (Option<Real>, Option<Real>),
) -> Option<String> {
    let runs = || results.traces();
    let range = |pick: &dyn Fn(&DataFacts) -> Option<Real>| {
        let seen = runs().filter_map(|t| pick(&t.data)).map(|loss| loss.0);
        let (low, high) = extent(seen.filter(|loss| loss.is_finite()))?;
        Some(match number(low) == number(high) {
            true => number(low),
            false => format!("{} to {}", number(low), number(high)),
        })
    };
    let training = range(&|data| losses(data).0)?;
    let validation = range(&|data| losses(data).1);
    let validation = validation.map_or(String::new(), |v| format!(" and a validation loss of {v}"));
    Some(format!(
        "{who} has a training loss of {training}{validation}."
    ))
}

/// Returns a sentence about the cell with the lowest median validation loss, with its test scores.
fn chosen(results: &Results) -> Option<String> {
    // Pruned cells can't be chosen.
    let ended = results.cells.iter().filter(|cell| !cell.is_stopped());
    let losses = ended.filter_map(|cell| {
        let loss = median(cell, Quantity::ValidationLoss)?;
        Some((cell, loss))
    });
    let (cell, loss) = losses.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let of = count(cell.runs.len(), "seed");
    let test = match (
        median(cell, Quantity::TestLoss),
        median(cell, Quantity::TestAccuracy),
    ) {
        (None, _) => String::new(),
        (Some(loss), None) => format!(
            " Its test loss, not used for this choice, is {}.",
            number(loss)
        ),
        (Some(loss), Some(accuracy)) => format!(
            " Its test loss, not used for this choice, is {}, and its test accuracy {}.",
            number(loss),
            number(accuracy)
        ),
    };
    Some(format!(
        "Lowest validation loss: {} ({}, median of {of}).{test}",
        cell.cell.name(),
        number(loss)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;

    #[test]
    fn the_best_cell_is_listed_with_constant_and_linear_model() {
        let (_, results) = fixture::learning_rates(5);
        let sentences = baselines(&results);
        assert_eq!(
            sentences[0],
            "The best constant prediction has a training loss of 0.5 and a validation loss of 0.49."
        );
        assert_eq!(
            sentences[1],
            "The best linear model has a training loss of 0.45 and a validation loss of 0.46."
        );
        assert!(sentences[2].contains("lr 0.1 ("), "{}", sentences[2]);
    }
}
