//! Convergence of the runs of a sweep: excess loss over passes through the rows, and over time.

use crate::report::shared::plot::{Figure, Plot, axis, layout, legend, plain, points};
use crate::report::shared::scale::{bottom_edge, log_axis, log_range};
use crate::report::shared::series::extent;
use crate::results::{CellResults, Results};
use crate::trace::{Timing, Trajectory};
use plotly::Scatter;
use plotly::common::{Line as Stroke, Marker, Mode};
use plotly::layout::AxisType;

/// Maximum number of cells in the legend.
const MOST: usize = 12;

/// The x axis of the figure.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Against {
    Passes,
    Seconds,
}

/// Returns both figures, as far as runs have recorded the data.
pub fn figures(results: &Results) -> Vec<Figure> {
    [Against::Passes, Against::Seconds]
        .into_iter()
        .filter_map(|against| figure(results, against))
        .collect()
}

/// One line: x position and excess loss.
type Way = Vec<(f64, f64)>;

fn ways(cell: &CellResults, against: Against) -> Vec<Way> {
    let runs = cell.runs.iter().filter_map(|run| run.trained.as_ref());
    runs.filter_map(|(trace, timing)| way(trace.trajectory.as_ref()?, timing, against))
        .filter(|way| !way.is_empty())
        .collect()
}

fn way(trajectory: &Trajectory, timing: &Timing, against: Against) -> Option<Way> {
    let passes: Vec<f64> = trajectory.passes.iter().map(|passes| passes.0).collect();
    let along = match against {
        Against::Passes => passes,
        Against::Seconds => timing.clock.looks.clone(),
    };
    let excess = trajectory.excess.iter().map(|excess| excess.0);
    (along.len() == excess.len()).then(|| {
        let both = along.into_iter().zip(excess);
        // A log axis can't show the start; it is 1 for all runs that start from w = 0.
        both.filter(|(along, excess)| *along > 0.0 && excess.is_finite())
            .collect()
    })
}

fn figure(results: &Results, against: Against) -> Option<Figure> {
    let cells = results.cells.iter();
    let cells: Vec<(&CellResults, Vec<Way>)> = cells
        .map(|cell| (cell, ways(cell, against)))
        .filter(|(_, ways)| !ways.is_empty())
        .collect();
    let all = || cells.iter().flat_map(|(_, ways)| ways).flatten();
    let shown = extent(
        all()
            .map(|(_, excess)| *excess)
            .filter(|excess| *excess > 0.0),
    )?;
    let along = extent(all().map(|(along, _)| *along))?;
    let mut plot = Plot::new();
    for (i, (cell, ways)) in cells.iter().enumerate() {
        let colour = match cells.len() {
            1..=6 => format!("@c{i}"),
            n => format!("@s{:.3}", i as f64 / (n - 1).max(1) as f64),
        };
        let name = plain(&cell.cell.name());
        for (k, way) in ways.iter().enumerate() {
            let x = points(way.iter().map(|(along, _)| *along));
            let y = way.iter().map(|(_, excess)| match *excess > 0.0 {
                true => *excess,
                false => bottom_edge(shown),
            });
            plot.add_trace(
                Scatter::new(x, points(y))
                    .name(&name)
                    .legend_group(format!("cell {}", cell.cell.index))
                    .show_legend(k == 0 && i < MOST)
                    .mode(Mode::LinesMarkers)
                    .line(Stroke::new().color(colour.clone()).width(1.4))
                    .marker(Marker::new().color(colour.clone()).size(5))
                    .hover_template("%{x:.3~g}: excess %{y:.3~g}<extra>%{fullData.name}</extra>"),
            );
        }
    }
    let (low, high) = log_range(along);
    let (id, title, across) = match against {
        Against::Passes => ("excess-passes", "passes", "passes over the training rows"),
        Against::Seconds => ("excess-seconds", "time", "seconds on this machine"),
    };
    plot.set_layout(
        layout(
            axis(across).type_(AxisType::Log).range(vec![low, high]),
            log_axis("excess loss", shown),
        )
        .show_legend(true)
        .legend(legend()),
    );
    let exact = all().filter(|(_, excess)| *excess <= 0.0).count();
    let mut notes = Vec::new();
    if exact > 0 {
        notes.push("Points at the bottom edge are exactly at the optimum.".to_owned());
    }
    if cells.len() > MOST {
        notes.push(format!(
            "The legend shows the first {MOST} of {} cells.",
            cells.len()
        ));
    }
    Some(Figure {
        id: id.to_owned(),
        title: format!("Excess loss over {title}"),
        caption: "Excess loss (`excess_risk` in expectations): (L(w) − L(w*)) / (L(0) − L(w*)) for the exact \
                  optimum w*, one line per seed."
            .to_owned(),
        notes,
        // The legend is above the figure, with one line per cell.
        height: 360 + 20 * cells.len().min(MOST) as u32,
        log_x: false,
        colourings: Vec::new(),
        plot,
    })
}
