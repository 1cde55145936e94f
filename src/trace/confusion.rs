//! Predicted classes and confusion matrices.

/// Numbers of rows by true class and predicted class.
pub type Confusion = Vec<Vec<usize>>;

/// Returns the predicted class for the outputs σ(z) of one row: a single output above ½, or the first of the largest
/// outputs. Returns `None` if one is NaN.
pub fn predicted(row: &[f64]) -> Option<usize> {
    match row {
        [] => None,
        _ if row.iter().any(|x| x.is_nan()) => None,
        [one] => Some(usize::from(*one > 0.5)),
        many => (0..many.len()).reduce(|best, next| match many[next] > many[best] {
            true => next,
            false => best,
        }),
    }
}

/// Counts rows by true class and predicted class. Rows without a prediction are left out.
pub fn confusion<R: AsRef<[f64]>>(
    outputs: impl IntoIterator<Item = R>,
    truth: impl IntoIterator<Item = usize>,
    classes: usize,
) -> Confusion {
    let mut counts = vec![vec![0; classes]; classes];
    for (row, class) in outputs.into_iter().zip(truth) {
        let class_predicted = predicted(row.as_ref());
        if let Some(count) =
            class_predicted.and_then(|column| counts.get_mut(class)?.get_mut(column))
        {
            *count += 1;
        }
    }
    counts
}
