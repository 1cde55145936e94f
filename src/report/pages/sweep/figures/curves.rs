//! Training curves of a sweep: loss over epochs or steps on a log scale, one line per run or per cell.

use crate::diagnose::expectations::count;
use crate::diagnose::{CellDiagnosis, names};
use crate::report::pages::sweep::data::bands::Bands;
use crate::report::pages::sweep::data::curves::{CurveLine, Curves};
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::plot::{Figure, Plot, axis, layout, plain, point, points};
use crate::report::shared::scale::{bottom_edge, log_axis, log_range, top_edge};
use crate::report::shared::series::MarkKind;
use crate::report::shared::theme::{Colouring, colour, entries};
use crate::results::Results;
use plotly::Scatter;
use plotly::common::{Fill, HoverInfo, Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::layout::AxisType;

fn hover(unit: &str) -> String {
    format!("%{{fullData.name}}<br>{unit} %{{x}}<br>loss %{{y:.4~g}}<extra></extra>")
}

/// Returns the figure; none if no run has a curve. Traces carry their cell, by which the page's script shows
/// and hides them.
pub fn figure(
    curves: &Curves,
    bands: &[Bands],
    results: &Results,
    diagnoses: &[CellDiagnosis],
    axes: &[AxisView],
) -> Option<Figure> {
    let (unit, extent) = (curves.unit, curves.extent?);
    // A log axis can't show the start.
    let mut positions = curves.lines.iter().flat_map(|line| &line.series.x);
    let is_log = positions.any(|at| *at > 0.0);
    let mut plot = Plot::new();
    // The line of each trace.
    let mut owners: Vec<&CurveLine> = Vec::new();
    for line in &curves.lines {
        if let Some((low, high)) = &line.band {
            plot.add_trace(outline(&line.series.x, low, high).meta(line.cell));
            owners.push(line);
        }
        plot.add_trace(stroke(line, unit));
        owners.push(line);
        if !(line.ends.is_empty() && line.series.marks.is_empty()) {
            plot.add_trace(marks(line, extent, unit));
            owners.push(line);
        }
    }
    for bands in bands {
        taken_together(&mut plot, bands, extent, unit);
    }
    plot.set_layout(layout(
        axis(unit).type_(match is_log {
            true => AxisType::Log,
            false => AxisType::Linear,
        }),
        log_axis("training loss", extent),
    ));
    let place = |line: &CurveLine, a: usize| {
        results
            .cells
            .get(line.cell)
            .map_or(0, |cell| coordinate(&cell.cell, a))
    };
    let colourings = axes
        .iter()
        .enumerate()
        // Many cells are grouped by value, which is not possible for sampled values.
        .filter(|(_, axis)| axis.labels.len() > 1 && (bands.is_empty() || !axis.drawn));
    let batches = match results.traces().all(|trace| trace.has_curve_by_unit()) {
        true => format!("Mean batch loss per {unit}"),
        false => "Mean batch losses".to_owned(),
    };
    Some(Figure {
        id: "curves".to_owned(),
        title: "Training curves".to_owned(),
        caption: format!(
            "{batches}. Hover over a line to see its cell; click to go to its row. \
             Cross: diverged or not finite. Open triangle: zero or less."
        ),
        notes: curves.notes.clone(),
        height: 440,
        log_x: is_log,
        colourings: colourings
            .map(|(a, axis)| Colouring {
                axis: axis.name.clone(),
                entries: entries(axis),
                traces: owners
                    .iter()
                    .map(|line| colour(axis, place(line, a)))
                    .chain(of_bands(bands, &axis.name, &|group| colour(axis, group)))
                    .collect(),
            })
            .chain(by_diagnosis(&owners, diagnoses, bands))
            .collect(),
        plot,
    })
}

/// Returns the coloring by the diagnosis of the run, or of the cell; none without diagnoses.
fn by_diagnosis(
    owners: &[&CurveLine],
    diagnoses: &[CellDiagnosis],
    bands: &[Bands],
) -> Option<Colouring> {
    let name = |line: &CurveLine| {
        let cell = diagnoses.get(line.cell)?;
        match line.run {
            Some(place) => Some(cell.name(cell.of_run(place)?.code)),
            None => cell.majority_name(),
        }
    };
    let traces = owners.iter().map(|line| name(line).unwrap_or("missing"));
    let traces: Vec<&str> = traces.collect();
    let names: Vec<&str> = names().collect();
    let seen = names.iter().filter(|name| traces.contains(name));
    let entries: Vec<(String, String)> = seen
        .map(|name| (name.replace('-', " "), format!("@d-{name}")))
        .collect();
    (!entries.is_empty()).then(|| Colouring {
        axis: "diagnosis".to_owned(),
        entries,
        traces: traces
            .iter()
            .map(|name| format!("@d-{name}"))
            .chain(of_bands(bands, "diagnosis", &|group| {
                format!("@d-{}", names[group])
            }))
            .collect(),
    })
}

/// Returns the colors of the traces of [`taken_together`], in their order, for one grouping. The others are
/// not visible with it.
fn of_bands(bands: &[Bands], by: &str, colour: &dyn Fn(usize) -> String) -> Vec<String> {
    let own = |bands: &Bands| match bands.by == by {
        true => colour(bands.group),
        false => "@c0".to_owned(),
    };
    let traces = |bands: &Bands| vec![own(bands); bands.bands.len() + 1];
    bands.iter().flat_map(traces).collect()
}

/// Adds the traces of grouped cells: bands from the widest to the narrowest, and the median on top.
fn taken_together(plot: &mut Plot, bands: &Bands, extent: (f64, f64), unit: &str) {
    // Infinite values are clipped above the axis.
    let above = 10f64.powf(log_range(extent).1 + 1.0);
    let seen = |v: &f64| (*v > 0.0).then(|| v.min(above));
    for (low, high) in &bands.bands {
        let (low, high) = (
            low.iter().map(seen).collect::<Vec<_>>(),
            high.iter().map(seen),
        );
        let outline = outline(&bands.x, &low, &high.collect::<Vec<_>>());
        plot.add_trace(outline.meta(bands.by.as_str()));
    }
    let label = format!(
        "{} {}, median of {}",
        bands.by,
        bands.label,
        count(bands.cells, "cell")
    );
    let medians = bands.median.iter().map(|v| seen(v).unwrap_or(f64::NAN));
    plot.add_trace(
        Scatter::new(bands.x.clone(), points(medians))
            .name(plain(&label))
            .meta(bands.by.as_str())
            .mode(Mode::Lines)
            .line(Stroke::new().color("@c0").width(2.0))
            .hover_template(hover(unit)),
    );
}

fn stroke(line: &CurveLine, unit: &str) -> Box<Scatter<f64, Option<f64>>> {
    // A run of one epoch is a single point, which a line does not show.
    let lone = line.series.y.iter().flatten().count() == 1;
    Scatter::new(
        line.series.x.clone(),
        points(line.series.y.iter().map(|y| y.unwrap_or(f64::NAN))),
    )
    .name(plain(&line.label))
    .meta(line.cell)
    .mode(if lone { Mode::Markers } else { Mode::Lines })
    .line(
        Stroke::new()
            .color("@c0")
            .width(if line.band.is_some() { 2.0 } else { 1.4 }),
    )
    .hover_template(hover(unit))
}

/// Returns a closed outline: along the highest values, and back along the lowest.
pub(super) fn outline(
    x: &[f64],
    low: &[Option<f64>],
    high: &[Option<f64>],
) -> Box<Scatter<f64, Option<f64>>> {
    let sides = x.iter().zip(low.iter().zip(high));
    let sides: Vec<(f64, f64, f64)> = sides
        .filter_map(|(x, (low, high))| Some((*x, (*low)?, (*high)?)))
        .collect();
    let up = sides.iter().map(|(x, _, high)| (*x, *high));
    let back = sides.iter().rev().map(|(x, low, _)| (*x, *low));
    let (x, y): (Vec<f64>, Vec<Option<f64>>) = up.chain(back).map(|(x, y)| (x, point(y))).unzip();
    Scatter::new(x, y)
        .mode(Mode::Lines)
        .line(Stroke::new().color("@c0").width(0.0))
        .fill(Fill::ToSelf)
        .fill_color("@c0/0.14")
        .hover_info(HoverInfo::Skip)
}

fn marks(line: &CurveLine, extent: (f64, f64), unit: &str) -> Box<Scatter<f64, f64>> {
    let lost = |kind| {
        line.series
            .marks
            .iter()
            .filter(move |mark| mark.kind == kind)
    };
    let mut marks: Vec<(f64, f64, MarkerSymbol, String)> = Vec::new();
    for mark in lost(MarkKind::NotFinite) {
        marks.push((
            mark.at,
            top_edge(extent),
            MarkerSymbol::X,
            "not finite".to_owned(),
        ));
    }
    for (at, words) in &line.ends {
        marks.push((*at, top_edge(extent), MarkerSymbol::X, words.clone()));
    }
    for mark in lost(MarkKind::NotPositive) {
        let words = "zero or less".to_owned();
        marks.push((
            mark.at,
            bottom_edge(extent),
            MarkerSymbol::TriangleDownOpen,
            words,
        ));
    }
    // One symbol per trace: if both kinds occur, all are crosses, and the hover text explains them.
    let symbol = marks.first().map_or(MarkerSymbol::X, |mark| mark.2.clone());
    let x = marks.iter().map(|mark| mark.0).collect();
    let y = marks.iter().map(|mark| mark.1).collect();
    Scatter::new(x, y)
        .name(plain(&line.label))
        .meta(line.cell)
        .mode(Mode::Markers)
        .marker(Marker::new().symbol(symbol).size(9).color("@c0"))
        .text_array(marks.iter().map(|mark| mark.3.clone()).collect())
        .hover_template(format!(
            "%{{fullData.name}}<br>{unit} %{{x}}<br>%{{text}}<extra></extra>"
        ))
}
