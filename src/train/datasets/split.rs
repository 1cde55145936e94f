//! Splits rows into training, validation and test rows, and standardizes by the training rows.

use super::{DataError, Rows};
use crate::config::settings::DataSettings;
use crate::seed;
use rand::seq::SliceRandom;

/// Row indices of each part.
#[derive(Debug, PartialEq)]
pub(super) struct Parts {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

impl Parts {
    /// Returns the training, validation and test rows.
    pub fn each(self) -> [Vec<usize>; 3] {
        [self.train, self.validation, self.test]
    }
}

/// Returns the numbers of validation and test rows: their shares, rounded to whole rows.
///
/// # Errors
/// [`DataError::Split`] if a nonzero share rounds to no row, or no training row is left.
pub(super) fn counts(rows: usize, validation: f64, test: f64) -> Result<(usize, usize), DataError> {
    let fault = |why: String| DataError::Split { rows, why };
    if rows == 0 {
        return Err(fault("there are none; increase `rows`".to_owned()));
    }
    let count = |key: &str, share: f64| match (rows as f64 * share).round() as usize {
        0 if share > 0.0 => Err(fault(format!(
            "`{key} = {share}` is less than one row; increase it, use more rows, or set it to 0"
        ))),
        n => Ok(n),
    };
    let (validation_rows, test_rows) = (count("validation", validation)?, count("test", test)?);
    if validation_rows.saturating_add(test_rows) >= rows {
        return Err(fault(format!(
            "`test = {test}` and `validation = {validation}` leave no training rows; \
             lower them, or use more rows"
        )));
    }
    Ok((validation_rows, test_rows))
}

/// Shuffles the rows by the seed and splits them: test rows first, then validation rows, then training rows. Rows
/// beyond `max_rows` are left out. With k folds, seed s has fold s mod k as validation rows, in the shuffle of seed s
/// div k.
///
/// # Errors
/// See [`counts`].
pub(super) fn split(rows: usize, settings: &DataSettings, seed: u64) -> Result<Parts, DataError> {
    let used = rows.min(settings.max_rows.unwrap_or(rows));
    let (validation_rows, test_rows) = counts(used, settings.validation, settings.test)?;
    let folds = settings.folds.map(|folds| folds as u64);
    let mut order: Vec<usize> = (0..rows).collect();
    order.shuffle(&mut seed::stream(seed / folds.unwrap_or(1), "split"));
    order.truncate(used);
    let mut rest = order.split_off(test_rows);
    let test = order;
    let Some(folds) = folds else {
        let train = rest.split_off(validation_rows);
        return Ok(Parts {
            train,
            validation: rest,
            test,
        });
    };
    // The sizes of folds differ by at most one row.
    let (fold, n) = (seed % folds, rest.len() as u64);
    let border = |fold: u64| (fold * n).div_ceil(folds) as usize;
    let train = rest.split_off(border(fold + 1));
    let validation = rest.split_off(border(fold));
    Ok(Parts {
        train: [rest, train].concat(),
        validation,
        test,
    })
}

/// Splits rows in random order without shuffling: training, then validation, then test rows. Rows that fill the
/// memory cannot be shuffled. The training rows stay in place.
///
/// # Errors
/// See [`counts`].
pub(super) fn dealt(
    mut rows: Rows,
    features: usize,
    validation: f64,
    test: f64,
) -> Result<[Rows; 3], DataError> {
    let (validation, test) = counts(rows.len(), validation, test)?;
    let train = rows.len() - validation - test;
    let mut rest = |start: usize| Rows {
        x: rows.x.to_mut().split_off(start * features).into(),
        y: rows.y.split_off(start * rows.targets),
        targets: rows.targets,
    };
    let test = rest(train + validation);
    let validation = rest(train);
    Ok([rows, validation, test])
}

/// Returns the rows of these indices, in this order.
pub(super) fn take(rows: &Rows, features: usize, indices: &[usize]) -> Rows {
    let k = rows.targets;
    let mut x = Vec::with_capacity(indices.len() * features);
    let mut y = Vec::with_capacity(indices.len() * k);
    for &i in indices {
        x.extend_from_slice(&rows.x[i * features..][..features]);
        y.extend_from_slice(&rows.y[i * k..][..k]);
    }
    Rows {
        x: x.into(),
        y,
        targets: k,
    }
}

/// Returns mean and population standard deviation of every feature. A constant feature has its value as the mean and
/// a deviation of 1, so that standardization gives 0.
pub(super) fn mean_and_sd(x: &[f64], features: usize) -> (Vec<f64>, Vec<f64>) {
    // Row by row, as in memory: iterating down the columns of a large table would miss the cache at every value.
    let rows = || x.chunks_exact(features.max(1));
    let n = rows().len() as f64;
    let first: Vec<f64> = (0..features)
        .map(|j| x.get(j).copied().unwrap_or(0.0))
        .collect();
    let (mut still, mut means) = (vec![true; features], vec![0.0; features]);
    for row in rows() {
        for (j, value) in row.iter().enumerate() {
            still[j] &= *value == first[j];
            means[j] += value / n;
        }
    }
    // Deviations are squared relative to the largest one, so that they neither overflow nor vanish.
    let (mut largest, mut squares) = (vec![0.0_f64; features], vec![0.0; features]);
    for row in rows() {
        for (j, value) in row.iter().enumerate() {
            largest[j] = largest[j].max((value - means[j]).abs());
        }
    }
    for row in rows() {
        for (j, value) in row.iter().enumerate() {
            squares[j] += ((value - means[j]) / largest[j]).powi(2);
        }
    }
    (0..features)
        .map(|j| match still[j] {
            true => (first[j], 1.0),
            false => (means[j], largest[j] * (squares[j] / n).sqrt()),
        })
        .unzip()
}

/// Subtracts the shift of every feature and divides by its scale.
pub(super) fn standardize(x: &mut [f64], shift: &[f64], scale: &[f64]) {
    for row in x.chunks_exact_mut(shift.len().max(1)) {
        for ((value, shift), scale) in row.iter_mut().zip(shift).zip(scale) {
            *value = (*value - shift) / scale;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::Source;
    use proptest::prelude::*;

    fn shares(validation: f64, test: f64) -> DataSettings {
        DataSettings {
            source: Source::Xor,
            rows: 0,
            noise: 0.0,
            scales: Vec::new(),
            offsets: Vec::new(),
            validation,
            test,
            standardize: false,
            max_rows: None,
            folds: None,
        }
    }

    proptest! {
        #[test]
        fn every_row_is_held_out_by_exactly_one_fold_and_folds_have_equal_size(
            rows in 2_usize..200, folds in 2_usize..12, test in 0.0..0.6, round in 0_u64..9,
        ) {
            let settings = DataSettings {
                folds: Some(folds),
                ..shares((1.0 - test) / folds as f64, test)
            };
            let of = |fold| split(rows, &settings, round * folds as u64 + fold).ok();
            let all: Option<Vec<Parts>> = (0..folds as u64).map(of).collect();
            let Some(all) = all else {
                return Ok(());
            };
            let mut held_out: Vec<usize> = all.iter().flat_map(|parts| parts.validation.clone()).collect();
            held_out.extend(&all[0].test);
            held_out.sort_unstable();
            prop_assert_eq!(held_out, (0..rows).collect::<Vec<_>>());
            let sizes = || all.iter().map(|parts| parts.validation.len());
            prop_assert!(sizes().max() <= sizes().min().map(|least| least + 1));
            for parts in &all {
                prop_assert_eq!(&parts.test, &all[0].test);
                let n = parts.train.len() + parts.validation.len() + parts.test.len();
                prop_assert_eq!(n, rows);
            }
        }

        #[test]
        fn every_row_is_in_exactly_one_part_and_parts_have_their_share(
            rows in 1_usize..400, validation in 0.0..0.6, test in 0.0..0.6, seed: u64,
        ) {
            let Ok(parts) = split(rows, &shares(validation, test), seed) else {
                return Ok(());
            };
            prop_assert_eq!(parts.test.len(), (rows as f64 * test).round() as usize);
            prop_assert_eq!(parts.validation.len(), (rows as f64 * validation).round() as usize);
            prop_assert!(!parts.train.is_empty());
            let mut all = [parts.train, parts.validation, parts.test].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn test_rows_stay_the_same_when_the_validation_share_changes() {
        let small = split(100, &shares(0.1, 0.2), 7).unwrap();
        let large = split(100, &shares(0.3, 0.2), 7).unwrap();
        assert_eq!(small.test, large.test);
        assert_ne!(small.test, split(100, &shares(0.1, 0.2), 8).unwrap().test);
    }

    #[test]
    fn errors_of_too_few_rows_say_what_to_do() {
        let message =
            |rows, validation, test| split(rows, &shares(validation, test), 0).unwrap_err();
        insta::assert_snapshot!(message(0, 0.0, 0.0), @"failed to split 0 rows: there are none; increase `rows`");
        insta::assert_snapshot!(message(10, 0.01, 0.0), @"failed to split 10 rows: `validation = 0.01` is less than one row; increase it, use more rows, or set it to 0");
        insta::assert_snapshot!(message(4, 0.5, 0.5), @"failed to split 4 rows: `test = 0.5` and `validation = 0.5` leave no training rows; lower them, or use more rows");
    }

    #[test]
    fn a_constant_feature_has_scale_one() {
        let (mean, sd) = mean_and_sd(&[0.1, 1.0, 0.1, 3.0, 0.1, 5.0], 2);
        assert_eq!(mean, [0.1, 3.0]);
        assert_eq!(sd[0], 1.0);
        assert!((sd[1] - (8.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn huge_values_have_a_finite_deviation() {
        let (_, sd) = mean_and_sd(&[1e200, -1e200], 1);
        assert_eq!(sd, [1e200]);
    }

    #[test]
    fn unshuffled_rows_are_split_in_order() {
        let rows = Rows {
            x: (0..20).map(f64::from).collect(),
            y: (0..10).map(f64::from).collect(),
            ..Rows::default()
        };
        let [train, validation, test] = dealt(rows, 2, 0.2, 0.1).unwrap();
        assert_eq!(train.y, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(validation.x[..], [14.0, 15.0, 16.0, 17.0]);
        assert_eq!(test.y, [9.0]);
    }
}
