//! Parallel coordinates: a line per cell across vertical scales. They are plain lines, because plotly's
//! parallel coordinates need WebGL and have no hover labels or links.

use crate::diagnose::{CellDiagnosis, names};
use crate::report::pages::sweep::data::parallel::Parallel;
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::plot::{Figure, Plot, axis, brief, layout, plain, point};
use crate::report::shared::theme::{Colouring, colour, entries};
use crate::results::Results;
use plotly::Scatter;
use plotly::common::{Font, HoverInfo, Line as Stroke, Mode, Position};

/// Returns the figure.
pub fn figure(
    view: &Parallel,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    axes: &[AxisView],
) -> Figure {
    let mut plot = Plot::new();
    for (cell, heights) in view.lines.iter().enumerate() {
        plot.add_trace(line(cell, heights, &view.names[cell]));
    }
    plot.add_trace(labels(view));
    let scales = view.scales.len();
    let names = view
        .scales
        .iter()
        .map(|scale| brief(&scale.name, 16))
        .collect();
    let x = axis("")
        .tick_values((0..scales).map(|i| i as f64).collect())
        .tick_text(names)
        .range(vec![-0.6, scales as f64 - 0.6])
        .show_grid(true)
        .fixed_range(true);
    let y = axis("")
        .visible(false)
        .range(vec![-0.16, 1.08])
        .fixed_range(true);
    plot.set_layout(layout(x, y));
    Figure {
        id: "parallel".to_owned(),
        title: "Parallel coordinates".to_owned(),
        caption: "One line per cell: its value on each axis, and the median result over its seeds. Hover over \
                  a line to see its cell; click to go to its row. The filter at the top applies."
            .to_owned(),
        notes: match view.lost {
            true => vec!["Lines that end below the scale have no finite median.".to_owned()],
            false => Vec::new(),
        },
        height: 420,
        log_x: false,
        colourings: colourings(results, diagnoses, axes),
        plot,
    }
}

/// Returns the colorings: by diagnosis, if there is one, then by every axis. Labels have a fixed color.
fn colourings(results: &Results, diagnoses: &[CellDiagnosis], axes: &[AxisView]) -> Vec<Colouring> {
    let own = |colours: Vec<String>| colours.into_iter().chain([String::new()]).collect();
    let own_names = diagnoses.iter().map(CellDiagnosis::majority_name);
    let own_names: Vec<Option<&str>> = own_names.collect();
    let seen = names().filter(|name| own_names.contains(&Some(name)));
    let legend: Vec<(String, String)> = seen
        .map(|name| (name.replace('-', " "), format!("@d-{name}")))
        .collect();
    let painted = |name: &Option<&str>| format!("@d-{}", name.unwrap_or("missing"));
    let mut made = Vec::new();
    if !legend.is_empty() {
        made.push(Colouring {
            axis: "diagnosis".to_owned(),
            entries: legend,
            traces: own(own_names.iter().map(painted).collect()),
        });
    }
    for (a, axis) in axes
        .iter()
        .enumerate()
        .filter(|(_, axis)| axis.labels.len() > 1)
    {
        let cells = results.cells.iter();
        made.push(Colouring {
            axis: axis.name.clone(),
            entries: entries(axis),
            traces: own(cells
                .map(|cell| colour(axis, coordinate(&cell.cell, a)))
                .collect()),
        });
    }
    made
}

fn line(cell: usize, heights: &[f64], name: &str) -> Box<Scatter<f64, Option<f64>>> {
    // A small offset, so that cells with equal values do not hide each other.
    let aside = (cell % 9) as f64 * 0.004 - 0.016;
    Scatter::new(
        (0..heights.len()).map(|i| i as f64).collect(),
        heights.iter().map(|height| point(height + aside)).collect(),
    )
    .name(plain(name))
    .meta(cell)
    .mode(Mode::Lines)
    .line(Stroke::new().color("@c0").width(1.3))
    .opacity(0.75)
    .hover_template("%{fullData.name}<extra></extra>")
}

/// Returns the labels of all scales, at their left.
fn labels(view: &Parallel) -> Box<Scatter<f64, f64>> {
    let ticks = view.scales.iter().enumerate();
    let ticks = ticks.flat_map(|(i, scale)| scale.ticks.iter().map(move |tick| (i, tick)));
    let (mut x, mut y, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for (i, (height, label)) in ticks {
        x.push(i as f64 - 0.02);
        y.push(*height);
        words.push(brief(label, 16));
    }
    Scatter::new(x, y)
        .mode(Mode::Text)
        .text_array(words)
        .text_position(Position::MiddleLeft)
        .text_font(Font::new().color("@ink"))
        .hover_info(HoverInfo::Skip)
}
