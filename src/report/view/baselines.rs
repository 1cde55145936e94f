//! What the losses of the table are held against: the best constant, the best linear model, and the
//! cell that the validation rows would choose.

use super::stats::median;
use crate::expect::count;
use crate::report::number::number;
use crate::results::Results;
use crate::spec::Quantity;
use crate::trace::{DataFacts, Real};

/// A sentence for each that there is.
pub fn baselines(results: &Results) -> Vec<String> {
    let constant = told(results, "The best constant", |data| {
        (
            Some(data.constant_train_loss),
            data.constant_validation_loss,
        )
    });
    let linear = told(results, "The best linear model", |data| {
        (data.linear_train_loss, data.linear_validation_loss)
    });
    [constant, linear, chosen(results)]
        .into_iter()
        .flatten()
        .collect()
}

/// `The best constant has a training loss of 0.5 and a validation loss of 0.49.`; a range where the data
/// or the loss varies.
fn told(
    results: &Results,
    who: &str,
    losses: impl Fn(&DataFacts) -> (Option<Real>, Option<Real>),
) -> Option<String> {
    let runs = || results.traces();
    let range = |pick: &dyn Fn(&DataFacts) -> Option<Real>| {
        let seen = runs().filter_map(|t| pick(&t.data)).map(|loss| loss.0);
        let (low, high) = super::series::extent(seen.filter(|loss| loss.is_finite()))?;
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

/// The cell of the lowest median validation loss, with the score on rows that had no part in the choice.
fn chosen(results: &Results) -> Option<String> {
    // Those that were stopped on the way are no choice.
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
            " On the test rows, which had no part in the choice, its loss is {}.",
            number(loss)
        ),
        (Some(loss), Some(accuracy)) => format!(
            " On the test rows, which had no part in the choice, its loss is {} and its accuracy {}.",
            number(loss),
            number(accuracy)
        ),
    };
    Some(format!(
        "The lowest validation loss, {} as the median of {of}, has the cell {}.{test}",
        number(loss),
        cell.cell.name()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;

    #[test]
    fn the_chosen_cell_is_told_with_the_baselines_it_is_held_against() {
        let (_, results) = fixture::learning_rates(5);
        let told = baselines(&results);
        assert_eq!(
            told[0],
            "The best constant has a training loss of 0.5 and a validation loss of 0.49."
        );
        assert_eq!(
            told[1],
            "The best linear model has a training loss of 0.45 and a validation loss of 0.46."
        );
        assert!(told[2].ends_with("has the cell lr 0.1."), "{}", told[2]);
    }
}
