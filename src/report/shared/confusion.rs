//! The confusion matrix of the probe rows, after training or at any snapshot.

use super::plot::{Figure, Plot, axis, brief, layout};
use super::predictions::{lost, probe_rows};
use crate::diagnose::expectations::count;
use crate::trace::{Confusion, Trace, confusion};
use plotly::common::{ColorBar, ColorScalePalette, Font, HoverInfo, Mode};
use plotly::{HeatMap, Scatter};

/// With more classes than this, the matrix shows no numbers.
const MOST_CLASSES: usize = 24;

/// Text colors of numbers, and whether they are for light backgrounds.
const INKS: [(&str, bool); 2] = [("#ffffff", false), ("#000000", true)];

/// Returns the matrix after training.
pub fn figure(trace: &Trace) -> Figure {
    let outputs = &trace.predictions;
    let truth = || outputs.target.iter().map(|class| class.0 as usize);
    let said = |row: usize| -> Vec<f64> {
        let columns = outputs.end.iter();
        columns
            .filter_map(|column| Some(column.get(row)?.0))
            .collect()
    };
    let rows = (0..outputs.target.len()).map(said);
    let counts = confusion(rows, truth(), trace.data.classes.len());
    let mut notes = lost(outputs);
    match outputs.target.len() - counted(&counts) {
        0 => {}
        1 => notes.push("1 probe row has no prediction, because an output is NaN.".to_owned()),
        n => {
            let rows = count(n, "probe row");
            notes.push(format!(
                "{rows} have no prediction, because an output is NaN."
            ));
        }
    }
    Figure {
        id: "confusion".to_owned(),
        title: "Confusion matrix".to_owned(),
        caption: caption("after training"),
        notes,
        height: 400,
        log_x: false,
        colourings: Vec::new(),
        plot: plot(&trace.data.classes, &counts),
    }
}

/// Returns the caption; `when` is the time of the predictions.
pub fn caption(when: &str) -> String {
    format!(
        "True and predicted class of the {}, {when}. Colors show shares of the true class. Correct \
         predictions are on the diagonal.",
        probe_rows()
    )
}

/// Returns the number of rows in a matrix.
pub fn counted(counts: &Confusion) -> usize {
    counts.iter().flatten().sum()
}

/// Returns the matrix: true classes down, predicted ones across. Its traces are the colors, and the numbers
/// in both text colors.
pub fn plot(classes: &[String], counts: &Confusion) -> Plot {
    let mut plot = Plot::new();
    let places: Vec<f64> = (0..classes.len()).map(|class| class as f64).collect();
    plot.add_trace(
        HeatMap::new(places.clone(), places.clone(), shares(counts))
            .color_scale(ColorScalePalette::Viridis.into())
            .zmin(0.0)
            .zmax(1.0)
            .color_bar(ColorBar::new().thickness(10).tick_format(".0%"))
            .hover_template("true %{y}, predicted %{x}<br>%{z:.1%} of the class<extra></extra>"),
    );
    let each = |of: fn(f64, f64) -> f64| {
        let rows = places.iter();
        let cells = rows.flat_map(|truth| places.iter().map(move |said| of(*truth, *said)));
        cells.collect::<Vec<f64>>()
    };
    for (text, (ink, _)) in words(counts).into_iter().zip(INKS) {
        plot.add_trace(
            Scatter::new(each(|_, said| said), each(|truth, _| truth))
                .mode(Mode::Text)
                .text_array(text)
                .text_font(Font::new().color(ink))
                .hover_info(HoverInfo::Skip),
        );
    }
    let names: Vec<String> = classes.iter().map(|class| brief(class, 16)).collect();
    let ticks = |title: &str, range: Vec<f64>| {
        axis(title)
            .range(range)
            .tick_values(places.clone())
            .tick_text(names.clone())
    };
    let end = classes.len() as f64 - 0.5;
    plot.set_layout(layout(
        ticks("predicted", vec![-0.5, end]),
        ticks("true", vec![end, -0.5]),
    ));
    plot
}

/// Returns, for every true class, the share of each predicted class.
pub fn shares(counts: &Confusion) -> Vec<Vec<f64>> {
    let of_class = |row: &Vec<usize>| {
        let of = row.iter().sum::<usize>().max(1) as f64;
        row.iter().map(|n| *n as f64 / of).collect()
    };
    counts.iter().map(of_class).collect()
}

/// Returns the numbers of all fields, row after row, once per text color: a field is empty in the color that
/// is not readable on its background.
pub fn words(counts: &Confusion) -> [Vec<String>; 2] {
    INKS.map(|(_, pale)| {
        let cells = counts.iter().flatten();
        let of_cell = |(n, share): (&usize, f64)| match (share > 0.5) == pale {
            true if counts.len() <= MOST_CLASSES => n.to_string(),
            _ => String::new(),
        };
        let shares = shares(counts).into_iter().flatten();
        cells.zip(shares).map(of_cell).collect()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::fixture;
    use crate::trace::Real;

    #[test]
    fn rows_are_counted_by_true_and_predicted_class() {
        let mut trace = fixture::trace(&fixture::TraceShape {
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
        trace.predictions.target = reals(&[0.0, 1.0, 1.0, 2.0, 2.0]);
        trace.predictions.end = vec![
            reals(&[0.8, 0.1, 0.6, 0.4, f64::NAN]),
            reals(&[0.1, 0.8, 0.2, 0.4, 0.3]),
            reals(&[0.1, 0.1, 0.2, 0.2, 0.2]),
        ];
        let figure = figure(&trace);
        let plot = serde_json::to_value(&figure.plot).unwrap();
        let words = |trace: usize| plot["data"][trace]["text"].clone();
        // Shares above a half have dark text.
        assert_eq!(
            words(1),
            serde_json::json!(["", "0", "0", "1", "1", "0", "", "0", "0"])
        );
        assert_eq!(
            words(2),
            serde_json::json!(["1", "", "", "", "", "", "1", "", ""])
        );
        assert!(
            figure
                .notes
                .last()
                .unwrap()
                .starts_with("1 probe row has no prediction")
        );
    }
}
