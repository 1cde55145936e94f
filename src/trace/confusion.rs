//! Which class a row is taken for, and how often each class is taken for each.

/// Numbers of rows by true class and predicted class.
pub type Confusion = Vec<Vec<usize>>;

/// The class that the outputs σ(z) of one row predict: by the larger half of one output, or the first of
/// the largest of several; none where one is NaN.
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

/// Counts rows by their true class, of so many, and what their outputs predict. Rows that predict nothing
/// are missing.
pub fn confusion<R: AsRef<[f64]>>(
    outputs: impl IntoIterator<Item = R>,
    truth: impl IntoIterator<Item = usize>,
    classes: usize,
) -> Confusion {
    let mut counts = vec![vec![0; classes]; classes];
    for (row, class) in outputs.into_iter().zip(truth) {
        let said = predicted(row.as_ref());
        if let Some(count) = said.and_then(|said| counts.get_mut(class)?.get_mut(said)) {
            *count += 1;
        }
    }
    counts
}
