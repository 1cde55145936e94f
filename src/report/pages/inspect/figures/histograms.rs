//! Weight histograms of every layer, with the initial histogram for comparison.

use super::{AnimatedAttribute, AnimatedFigure, line, note};
use crate::diagnose::expectations::count;
use crate::report::shared::plot::{Figure, Plot, axis, coarse, layout, legend};
use crate::trace::inspection::Histogram;
use plotly::common::{Line as Stroke, LineShape, Marker, Mode};
use plotly::{Bar, Scatter};

/// Maximum height of a bar, as a multiple of the highest final bar. Otherwise weights that all start equal
/// would hide the other bars.
const HIGHEST: f64 = 3.0;

/// Returns one figure per layer, input side first.
pub fn figures(histograms: &[Histogram]) -> Vec<AnimatedFigure> {
    histograms.iter().map(figure).collect()
}

fn figure(histogram: &Histogram) -> AnimatedFigure {
    let share = |n: &usize| 100.0 * *n as f64 / histogram.weights.max(1) as f64;
    let shares = |counts: &Vec<usize>| counts.iter().map(share).collect::<Vec<f64>>();
    let edges = &histogram.edges;
    let centres = coarse(edges.windows(2).map(|edge| 0.5 * (edge[0] + edge[1])));
    let start = histogram.counts.first().map_or(Vec::new(), &shares);
    let highest = |shares: Vec<f64>| shares.into_iter().fold(0.0, f64::max);
    let end = histogram
        .counts
        .last()
        .map_or(0.0, |counts| highest(shares(counts)));
    let all = histogram
        .counts
        .iter()
        .map(|counts| highest(shares(counts)));
    let all = all.fold(1.0, f64::max);
    let top = if end > 0.0 {
        all.min(HIGHEST * end)
    } else {
        all
    };
    let mut plot = Plot::new();
    plot.add_trace(
        Bar::new(centres.clone(), Vec::<Option<f64>>::new())
            .name("now")
            .marker(Marker::new().color("@c0/0.75"))
            .hover_template("about %{x:.3~g}: %{y:.3~g}%<extra></extra>"),
    );
    plot.add_trace(
        Scatter::new(centres, coarse(start))
            .name("before training")
            .mode(Mode::Lines)
            .line(Stroke::new().color("@c1").width(1.5).shape(LineShape::Hvh))
            .hover_template("before training: %{y:.3~g}%<extra></extra>"),
    );
    let x = axis("weight").range(vec![edges[0], edges[edges.len() - 1]]);
    let y = axis("% of the weights").range(vec![0.0, 1.05 * top]);
    plot.set_layout(
        layout(x, y)
            .show_legend(true)
            .legend(legend())
            .bar_gap(0.05),
    );
    let some = |counts: &[usize]| counts.iter().filter(|n| **n > 0).count();
    let mut notes = note(some(&histogram.beyond), "some weights are outside the axis");
    notes.extend(note(some(&histogram.lost), "some weights are not finite"));
    if all > top {
        notes.push(format!("Bars above {:.0}% are clipped.", 1.05 * top));
    }
    AnimatedFigure {
        figure: Figure {
            id: "weights".to_owned(),
            title: histogram.layer.clone(),
            caption: format!(
                "{}, with the same bins at all snapshots.",
                count(histogram.weights, "weight")
            ),
            notes,
            height: 260,
            log_x: false,
            colourings: Vec::new(),
            plot,
        },
        changes: vec![AnimatedAttribute {
            trace: 0,
            key: "y",
            frames: histogram
                .counts
                .iter()
                .map(|counts| line(shares(counts)))
                .collect(),
        }],
    }
}
