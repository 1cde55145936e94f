//! Which classes are taken for which, after training: the confusion matrix of the probe rows.

use super::outputs::lost;
use super::{Figure, Plot, axis, brief, layout, plain};
use crate::expect::count;
use crate::report::number::number;
use crate::trace::{Real, Trace};
use plotly::common::{ColorBar, ColorScalePalette, Font, HoverInfo, Mode};
use plotly::{HeatMap, Scatter};

/// The matrix: true classes down, predicted ones across, shares of each true class as colours and numbers
/// of rows as words.
pub fn figure(trace: &Trace) -> Figure {
    let classes = &trace.data.classes;
    let n = classes.len();
    let mut rows = vec![vec![0_usize; n]; n];
    let mut without = 0;
    for (place, class) in trace.outputs.target.iter().enumerate() {
        let row = rows.get_mut(class.0 as usize);
        match (row, predicted(&trace.outputs.end, place)) {
            (Some(row), Some(said)) if said < n => row[said] += 1,
            _ => without += 1,
        }
    }
    let mut plot = Plot::new();
    let shares: Vec<Vec<f64>> = rows.iter().map(|row| shares(row)).collect();
    let places: Vec<f64> = (0..n).map(|class| class as f64).collect();
    plot.add_trace(
        HeatMap::new(places.clone(), places.clone(), shares.clone())
            .color_scale(ColorScalePalette::Viridis.into())
            .zmin(0.0)
            .zmax(1.0)
            .color_bar(ColorBar::new().thickness(10).tick_format(".0%"))
            .hover_info(HoverInfo::Skip),
    );
    // Numbers in the ink that can be read on the colour below them.
    for (ink, pale) in [("#ffffff", false), ("#000000", true)] {
        let cells = (0..n).flat_map(|truth| (0..n).map(move |said| (truth, said)));
        let cells = cells.filter(|(truth, said)| (shares[*truth][*said] > 0.5) == pale);
        let cells: Vec<(usize, usize)> = cells.collect();
        let words = |(truth, said): &(usize, usize)| rows[*truth][*said].to_string();
        let hover = |(truth, said): &(usize, usize)| {
            let (true_class, other) = (plain(&classes[*truth]), plain(&classes[*said]));
            let share = number(shares[*truth][*said] * 100.0);
            format!(
                "true {true_class}, predicted {other}: {}, {share} %",
                count(rows[*truth][*said], "row")
            )
        };
        let x = cells.iter().map(|(_, said)| *said as f64).collect();
        let y: Vec<f64> = cells.iter().map(|(truth, _)| *truth as f64).collect();
        plot.add_trace(
            Scatter::new(x, y)
                .mode(Mode::Text)
                .text_array(cells.iter().map(words).collect())
                .text_font(Font::new().color(ink))
                .hover_text_array(cells.iter().map(hover).collect())
                .hover_info(HoverInfo::Text),
        );
    }
    let names: Vec<String> = classes.iter().map(|class| brief(class, 16)).collect();
    let ticks = |title: &str, range: Vec<f64>| {
        axis(title)
            .range(range)
            .tick_values(places.clone())
            .tick_text(names.clone())
    };
    let end = n as f64 - 0.5;
    plot.set_layout(layout(
        ticks("predicted", vec![-0.5, end]),
        ticks("true", vec![end, -0.5]),
    ));
    let mut notes = lost(&trace.outputs);
    if without > 0 {
        notes.push(format!(
            "{} no prediction, since an output is not a number.",
            if without == 1 {
                "1 probe row has".to_owned()
            } else {
                format!("{} have", count(without, "probe row"))
            }
        ));
    }
    Figure {
        id: "confusion".to_owned(),
        title: "Confusion matrix".to_owned(),
        caption: "Probe rows by their true class and the one that is predicted after training: numbers of \
                  rows, coloured by their share of the true class. All are on the diagonal where every \
                  row is right."
            .to_owned(),
        notes,
        height: 400,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Of the rows of a true class.
fn shares(row: &[usize]) -> Vec<f64> {
    let of = row.iter().sum::<usize>().max(1) as f64;
    row.iter().map(|n| *n as f64 / of).collect()
}

/// The class of a row: by the larger half of one output, or the first of the largest of several; none
/// where one is NaN.
fn predicted(columns: &[Vec<Real>], row: usize) -> Option<usize> {
    let outputs: Vec<f64> = columns
        .iter()
        .filter_map(|column| Some(column.get(row)?.0))
        .collect();
    match &outputs[..] {
        [] => None,
        all if all.iter().any(|output| output.is_nan()) => None,
        [one] => Some(usize::from(*one > 0.5)),
        all => (0..all.len()).reduce(|best, next| if all[next] > all[best] { next } else { best }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::fixture;

    #[test]
    fn rows_are_counted_by_true_and_predicted_class() {
        let mut trace = fixture::trace(&fixture::Shape {
            rate: 0.1,
            floor: 0.1,
            epochs: 9,
            diverges: None,
            layers: 2,
            vanishing: 0.5,
            seed: 0,
        });
        trace.data.classes = ["a", "b", "c"].map(str::to_owned).into();
        let reals = |values: &[f64]| values.iter().map(|v| Real(*v)).collect::<Vec<_>>();
        trace.outputs.target = reals(&[0.0, 1.0, 1.0, 2.0, 2.0]);
        trace.outputs.end = vec![
            reals(&[0.8, 0.1, 0.6, 0.4, f64::NAN]),
            reals(&[0.1, 0.8, 0.2, 0.4, 0.3]),
            reals(&[0.1, 0.1, 0.2, 0.2, 0.2]),
        ];
        let figure = figure(&trace);
        let plot = serde_json::to_value(&figure.plot).unwrap();
        let words = |trace: usize| plot["data"][trace]["text"].clone();
        // Shares of more than a half stand in dark ink.
        assert_eq!(
            words(1),
            serde_json::json!(["0", "0", "1", "1", "0", "0", "0"])
        );
        assert_eq!(words(2), serde_json::json!(["1", "1"]));
        assert!(
            figure
                .notes
                .last()
                .unwrap()
                .starts_with("1 probe row has no prediction")
        );
    }
}
