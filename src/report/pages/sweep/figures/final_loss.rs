//! Final loss against an axis: one point per seed, medians as lines, lost runs in a strip at the top.

use super::curves::outline;
use crate::diagnose::expectations::count;
use crate::report::pages::sweep::data::final_loss::{FinalLoss, Gathered, LossGroup, LossPoint};
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::number::number;
use crate::report::shared::plot::{Figure, Plot, are, axis, brief, layout, plain, point};
use crate::report::shared::scale::{bottom_edge, log_axis, log_range};
use crate::report::shared::theme::{Colouring, colour, entries};
use crate::results::Results;
use plotly::Scatter;
use plotly::common::{ExponentFormat, HoverInfo, Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::layout::{Axis, AxisType};

/// Returns the figure; none without trained seeds.
pub fn figure(view: &FinalLoss, results: &Results, axes: &[AxisView]) -> Option<Figure> {
    let own = axes.get(view.axis)?;
    let lost: usize = view.groups.iter().map(|group| group.lost.len()).sum();
    let none = view.groups.iter().all(|group| group.points.is_empty());
    if lost == 0 && none && view.gathered.is_empty() {
        return None;
    }
    // Without positive losses there are only marks, and any range works.
    let extent = view.extent.unwrap_or((0.1, 1.0));
    let mut plot = Plot::new();
    let mut owners: Vec<&LossGroup> = Vec::new();
    for group in &view.groups {
        plot.add_trace(medians(group));
        plot.add_trace(seeds(group, extent));
        owners.extend([group, group]);
        if !group.lost.is_empty() {
            plot.add_trace(strip(&group.lost));
            owners.push(group);
        }
    }
    let quantiles = !view.gathered.is_empty();
    if quantiles {
        taken_together(&mut plot, &view.gathered, extent);
    }
    plot.set_layout(panel(own, extent, lost > 0));
    let place = |group: &LossGroup, a: usize| {
        results
            .cells
            .get(group.cell)
            .map_or(0, |cell| coordinate(&cell.cell, a))
    };
    let others = axes.iter().enumerate();
    let others = others.filter(|(a, axis)| *a != view.axis && axis.labels.len() > 1);
    Some(Figure {
        id: format!("final-{}", view.axis),
        title: format!("Final training loss against {}", own.name),
        caption: match quantiles {
            true => {
                "Median, middle 50% and middle 90% of all runs at each value. Runs without a finite loss \
                     count as infinite."
            }
            false if own.drawn => {
                "One point per seed, at the sampled value of its cell; other axes vary too. Click a point to \
                 go to its cell."
            }
            false => {
                "One point per seed; lines connect the medians of cells. Click a point to go to its cell."
            }
        }
        .to_owned(),
        notes: notes(view, lost),
        height: 380,
        log_x: false,
        colourings: others
            .filter(|_| !quantiles && view.groups.len() > 1)
            .map(|(a, axis)| Colouring {
                axis: axis.name.clone(),
                entries: entries(axis),
                traces: owners
                    .iter()
                    .map(|group| colour(axis, place(group, a)))
                    .collect(),
            })
            .collect(),
        plot,
    })
}

fn notes(view: &FinalLoss, lost: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if lost > 0 {
        notes.push(format!(
            "{} without a finite final loss: crosses in the strip at the top.",
            count(lost, "run")
        ));
    }
    if view.unrecorded > 0 {
        notes.push(format!(
            "{} without a recorded final loss, not shown.",
            count(view.unrecorded, "run")
        ));
    }
    if view.not_positive > 0 {
        notes.push(format!(
            "{} zero or less, drawn at the bottom edge.",
            are(view.not_positive, "loss")
        ));
    }
    notes
}

fn panel(own: &AxisView, extent: (f64, f64), strip: bool) -> plotly::Layout {
    let n = own.labels.len();
    let labels = own.labels.iter().map(|label| in_lines(label)).collect();
    let mut x = axis(&own.name);
    match &own.numbers {
        // All values of the axis as ticks; for many, plotly's choice is easier to read.
        Some(numbers) if n <= 8 => x = x.tick_values(numbers.clone()).tick_text(labels),
        Some(_) => {}
        None => {
            x = x
                .tick_values((0..n).map(|i| i as f64).collect())
                .tick_text(labels)
                .range(vec![-0.5, n as f64 - 0.5]);
        }
    }
    if own.log {
        x = x
            .type_(AxisType::Log)
            .exponent_format(ExponentFormat::Power);
    }
    let y = log_axis("final training loss", extent);
    if !strip {
        return layout(x, y);
    }
    let top = Axis::new()
        .domain(&[0.89, 1.0])
        .range(vec![-0.1, 1.1])
        .tick_values(vec![0.5])
        .tick_text(vec!["lost".to_owned()])
        .show_grid(false)
        .zero_line(false)
        .fixed_range(true);
    layout(x, y.domain(&[0.0, 0.86])).y_axis2(top)
}

/// Breaks a label into up to three lines: that of a zip has several values.
fn in_lines(label: &str) -> String {
    const WIDTH: usize = 16;
    let mut lines: Vec<String> = Vec::new();
    for part in label.split_inclusive(", ") {
        match lines.last_mut() {
            Some(line) if (line.chars().count() + part.trim_end().chars().count()) <= WIDTH => {
                line.push_str(part);
            }
            _ => lines.push(part.to_owned()),
        }
    }
    let rest: String = lines.split_off(lines.len().min(2)).concat();
    lines.extend((!rest.is_empty()).then_some(rest));
    let lines: Vec<String> = lines
        .iter()
        .map(|line| brief(line.trim_end(), WIDTH))
        .collect();
    lines.join("<br>")
}

/// Adds quantiles over all runs; infinite values are clipped at the top.
fn taken_together(plot: &mut Plot, gathered: &[Gathered], extent: (f64, f64)) {
    let above = 10f64.powf(log_range(extent).1 + 1.0);
    let x: Vec<f64> = gathered.iter().map(|g| g.x).collect();
    let line = |i: usize| -> Vec<Option<f64>> {
        let of = gathered.iter().map(|g| g.quantiles[i]);
        of.map(|v| (v > 0.0).then(|| v.min(above))).collect()
    };
    for (low, high) in [(0, 4), (1, 3)] {
        plot.add_trace(outline(&x, &line(low), &line(high)));
    }
    let words = |g: &Gathered| {
        let [_, low, median, high, _] = g.quantiles.map(number);
        let lost = match g.lost {
            0 => String::new(),
            n => format!("<br>{n} without a finite loss"),
        };
        let runs = count(g.runs, "run");
        plain(&format!(
            "{}, {runs}: median {median}, middle 50% {low} to {high}",
            g.label
        )) + &lost
    };
    plot.add_trace(
        Scatter::new(x, line(2).into_iter().map(|v| v.and_then(point)).collect())
            .mode(Mode::LinesMarkers)
            .line(Stroke::new().color("@c0").width(2.0))
            .marker(Marker::new().color("@c0").size(6))
            .text_array(gathered.iter().map(words).collect())
            .hover_template("%{text}<extra></extra>"),
    );
}

fn medians(group: &LossGroup) -> Box<Scatter<f64, Option<f64>>> {
    let mut medians = group.medians.clone();
    medians.sort_by(|a, b| a.x.total_cmp(&b.x));
    let (x, y): (Vec<f64>, Vec<Option<f64>>) = medians
        .iter()
        .map(|median| (median.x, median.y.and_then(point)))
        .unzip();
    Scatter::new(x, y)
        .custom_data(medians.iter().map(|median| median.cell).collect::<Vec<_>>())
        .mode(Mode::Lines)
        .line(Stroke::new().color("@c0").width(1.5))
        .opacity(0.7)
        .hover_info(HoverInfo::Skip)
}

fn seeds(group: &LossGroup, extent: (f64, f64)) -> Box<Scatter<f64, Option<f64>>> {
    let place = |seed: &LossPoint| match seed.y {
        Some(y) if y > 0.0 => point(y),
        _ => Some(bottom_edge(extent)),
    };
    let words = |point: &LossPoint| {
        let loss = point.y.map_or(String::new(), number);
        plain(&format!("{}, loss {loss}", point.label))
    };
    Scatter::new(
        group.points.iter().map(|point| point.x).collect(),
        group.points.iter().map(place).collect(),
    )
    .mode(Mode::Markers)
    .marker(Marker::new().color("@c0").size(8).opacity(0.75))
    .custom_data(cells(&group.points))
    .text_array(group.points.iter().map(words).collect())
    .hover_template("%{text}<extra></extra>")
}

/// Returns the cell of every point, by which the page's script shows and hides them.
fn cells(points: &[LossPoint]) -> Vec<usize> {
    points.iter().map(|point| point.cell).collect()
}

fn strip(lost: &[LossPoint]) -> Box<Scatter<f64, f64>> {
    Scatter::new(
        lost.iter().map(|point| point.x).collect(),
        lost.iter().map(|point| point.height).collect(),
    )
    .mode(Mode::Markers)
    .marker(Marker::new().color("@c0").symbol(MarkerSymbol::X).size(8))
    .y_axis("y2")
    .custom_data(cells(lost))
    .text_array(lost.iter().map(|point| plain(&point.label)).collect())
    .hover_template("%{text}<extra></extra>")
}

#[cfg(test)]
mod tests {
    use super::in_lines;

    #[test]
    fn a_label_of_many_values_has_three_lines() {
        assert_eq!(in_lines("0.1"), "0.1");
        assert_eq!(
            in_lines("model mlp, depth 50, batch_norm [], optimizer adam"),
            "model mlp,<br>depth 50,<br>batch_norm [],…"
        );
        assert_eq!(in_lines(&"long, ".repeat(9)).matches("<br>").count(), 2);
        assert!(in_lines("a < b").contains("&lt;"));
    }
}
