use super::*;
use proptest::prelude::*;

proptest! {
    /// Whole numbers, so that no order of summation changes a bit.
    #[test]
    fn panels_side_by_side_are_the_lower_triangle_of_the_product(
        rows in prop::collection::vec(prop::array::uniform5(-9_i8..=9), 1..40),
        cut in 1_usize..5,
        bias in 0_usize..2,
    ) {
        let (d, p) = (5, 5 + bias);
        let x: Vec<f64> = rows.iter().flatten().map(|x| f64::from(*x)).collect();
        let mut all = vec![1.0; p * p];
        let (left, right) = all.split_at_mut(cut * p);
        let features = Features { rows: &x, d };
        add(features, 0, cut, left, p);
        add(features, cut, d - cut, right, p);
        for column in 0..d {
            for row in column..p {
                let product: f64 = x.chunks(d).map(|x| match row < d {
                    true => x[row] * x[column],
                    false => 0.0,
                }).sum();
                prop_assert_eq!(all[column * p + row], 1.0 + product);
            }
        }
    }
}
