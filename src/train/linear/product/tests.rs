use super::*;
use proptest::prelude::*;

/// Returns the lower triangle, column-major, after some blocks; it starts with ones.
fn product(shape: ProductShape, blocks: &[Block], mut by: Product) -> Vec<f64> {
    let p = shape.side();
    let mut all = vec![1.0; p * p];
    blocks.iter().for_each(|block| by.add(*block, &mut all));
    let below = |(i, _): &(usize, f64)| i % p >= i / p;
    all.into_iter()
        .enumerate()
        .filter(below)
        .map(|(_, x)| x)
        .collect()
}

proptest! {
    /// Whole numbers, so that the order of summation does not matter.
    #[test]
    fn blocks_add_up_to_the_lower_triangle_of_the_product(
        rows in prop::collection::vec(prop::array::uniform5(-9_i8..=9), 2..40),
        roots in prop::collection::vec(0_i8..4, 40),
        cut in 1_usize..40,
        bias: bool,
        target: bool,
        rooted: bool,
    ) {
        let shape = ProductShape { features: 5, bias, target };
        let n = rows.len();
        let cut = cut.min(n - 1);
        let x: Vec<f64> = rows.iter().flatten().map(|x| f64::from(*x)).collect();
        let roots: Vec<f64> = roots[..n].iter().map(|root| f64::from(*root)).collect();
        let (first, second) = (roots.split_at(cut), x.split_at(cut * 5));
        let y: Vec<f64> = (0..n).map(|k| (3 - k as i64 % 7) as f64).collect();
        let targets = y.split_at(cut);
        let block = |rows, y, roots| Block {
            rows,
            y: target.then_some(y),
            roots: rooted.then_some(roots),
        };
        let blocks = [
            block(second.0, targets.0, first.0),
            block(second.1, targets.1, first.1),
        ];
        let entry = |i: usize, j: usize| -> f64 {
            let row = |k: usize, at: usize| match at {
                0..5 => x[k * 5 + at],
                5 if bias => 1.0,
                _ => y[k],
            };
            let root = |k: usize| if rooted { roots[k] } else { 1.0 };
            (0..n).map(|k| root(k).powi(2) * row(k, i) * row(k, j)).sum()
        };
        let p = shape.side();
        let triangle = (0..p).flat_map(|j| (j..p).map(move |i| (i, j)));
        let expected: Vec<f64> = triangle.map(|(i, j)| 1.0 + entry(i, j)).collect();
        prop_assert_eq!(product(shape, &blocks, Product::new(shape, 1)), expected);
    }
}

/// Enough rows and features for several panels and depths, and for incomplete tiles.
fn large(shape: ProductShape) -> (Vec<f64>, Vec<f64>) {
    let n = 300;
    let x = (0..n * shape.features).map(|i| (0.7 * i as f64).sin());
    (
        x.collect(),
        (0..n).map(|i| 1.0 / (1.0 + i as f64)).collect(),
    )
}

#[test]
fn any_number_of_workers_gives_bit_identical_results() {
    for (features, bias) in [(517, true), (63, false)] {
        let shape = ProductShape {
            features,
            bias,
            target: false,
        };
        let (x, roots) = large(shape);
        let block = Block {
            rows: &x,
            y: None,
            roots: Some(&roots),
        };
        let of = |workers| product(shape, &[block], Product::new(shape, workers));
        let one = of(1);
        assert!(
            [2, 3, 8].into_iter().all(|workers| of(workers) == one),
            "{features}"
        );
    }
}

#[cfg(not(feature = "openblas"))]
#[test]
fn every_instruction_set_gives_bit_identical_results() {
    use crate::testkit::processor::every_instruction_set;
    let shape = ProductShape {
        features: 61,
        bias: true,
        target: true,
    };
    let (x, roots) = large(shape);
    let block = Block {
        rows: &x,
        y: Some(&x[..roots.len()]),
        roots: Some(&roots),
    };
    let sets = every_instruction_set().into_iter();
    let all: Vec<Vec<f64>> = sets
        .map(|set| product(shape, &[block], Product::new(shape, 2).on(set)))
        .collect();
    assert!(all.iter().all(|of| *of == all[0]));
}
