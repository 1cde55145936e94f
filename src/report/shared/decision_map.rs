//! Predictions over two features: a map before training and one after, with the probe rows.

use super::plot::{Figure, Plot, axis, brief, coarse_point, layout, legend, plain, point, points};
use super::predictions::{class_colour, class_symbol, column_name, has_values, lost, probe_rows};
use super::series::extent;
use crate::trace::{Lattice, Real, Trace};
use plotly::common::{
    ColorBar, ColorScale, ColorScaleElement, ColorScalePalette, Line as Stroke, Marker, Mode, Title,
};
use plotly::{HeatMap, Scatter};

type DecisionHeatMap = HeatMap<Option<f64>, Option<f64>, Vec<Option<f64>>>;

/// Returns both maps, with a common color scale, as far as they are recorded.
pub fn figures(trace: &Trace, lattice: &Lattice) -> Vec<Figure> {
    let maps = [(&lattice.start, false), (&lattice.end, true)];
    let recorded = maps.into_iter().filter(|(columns, _)| has_values(columns));
    recorded
        .map(|(_, after)| figure(trace, lattice, after))
        .collect()
}

fn figure(trace: &Trace, lattice: &Lattice, after: bool) -> Figure {
    let columns = if after { &lattice.end } else { &lattice.start };
    let when = if after { "after" } else { "before" };
    let mut plot = Plot::new();
    if let Some(map) = map(trace, lattice, columns) {
        plot.add_trace(map);
    }
    rows(trace, lattice, &mut plot);
    let name = |i: usize| trace.data.features.get(i).map_or("", String::as_str);
    let classes = !trace.data.classes.is_empty();
    plot.set_layout(
        layout(axis(name(0)), axis(name(1)))
            .show_legend(classes)
            .legend(legend()),
    );
    Figure {
        id: format!("map-{when}"),
        title: format!("Decision map {when} training"),
        caption: if columns.len() > 1 {
            format!("Predicted class at every point, and the {}.", probe_rows())
        } else {
            let what = match &trace.data.classes[..] {
                [] => column_name(trace, 0),
                [.., class] => format!("Predicted probability of class {class}"),
            };
            format!("{what} at every point, and the {}.", probe_rows())
        },
        notes: if after {
            lost(&trace.predictions)
        } else {
            Vec::new()
        },
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Returns the map of outputs; none without two features.
pub fn map(
    trace: &Trace,
    lattice: &Lattice,
    columns: &[Vec<Real>],
) -> Option<Box<DecisionHeatMap>> {
    let x = points(lattice.axes.first()?.iter().map(|v| v.0));
    let y = points(lattice.axes.get(1)?.iter().map(|v| v.0));
    let z = shades(lattice, columns);
    let map = HeatMap::new(x, y, z).hover_on_gaps(false).opacity(0.7);
    let classes = trace.data.classes.len();
    Some(if columns.len() > 1 {
        map.color_scale(ColorScale::Vector(steps(columns.len())))
            .zmin(-0.5)
            .zmax(columns.len() as f64 - 0.5)
            .show_scale(false)
            .hover_template("%{x:.4~g}, %{y:.4~g}<extra></extra>")
    } else {
        let (low, high) = range(trace, lattice);
        let scale = if classes == 2 {
            two_sided()
        } else {
            ColorScalePalette::Viridis.into()
        };
        map.color_scale(scale)
            .zmin(low)
            .zmax(high)
            .color_bar(
                ColorBar::new()
                    .thickness(10)
                    .title(Title::with_text(brief(&column_name(trace, 0), 16))),
            )
            .hover_template("%{x:.4~g}, %{y:.4~g} → %{z:.4~g}<extra></extra>")
    })
}

/// Returns the value at every point of a map: the only output, or the class with the largest output.
pub fn shades(lattice: &Lattice, columns: &[Vec<Real>]) -> Vec<Vec<Option<f64>>> {
    let along = |k: usize| lattice.axes.get(k).map_or(0, Vec::len);
    let value = |place: usize| match columns {
        [only] => only.get(place).map_or(f64::NAN, |v| v.0),
        _ => largest(columns, place),
    };
    // The last feature varies fastest in the lattice; plotly needs a row of x for every y.
    let row = |j: usize| {
        (0..along(0))
            .map(|i| coarse_point(value(i * along(1) + j)))
            .collect()
    };
    (0..along(1)).map(row).collect()
}

/// Returns the index of the class with the largest output; NaN if none is finite.
fn largest(columns: &[Vec<Real>], place: usize) -> f64 {
    let at = |column: &Vec<Real>| column.get(place).map_or(f64::NAN, |v| v.0);
    let finite = columns
        .iter()
        .map(at)
        .enumerate()
        .filter(|(_, v)| v.is_finite());
    finite
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(f64::NAN, |(i, _)| i as f64)
}

/// Returns the common range of both maps: 0 to 1 for probabilities, otherwise that of the data.
fn range(trace: &Trace, lattice: &Lattice) -> (f64, f64) {
    if !trace.data.classes.is_empty() {
        return (0.0, 1.0);
    }
    let data = trace
        .predictions
        .target
        .iter()
        .chain(lattice.end.iter().flatten());
    extent(data.map(|v| v.0).filter(|v| v.is_finite())).unwrap_or((0.0, 1.0))
}

/// Returns a scale with blue for class 0, orange for class 1, and pale colors between.
fn two_sided() -> ColorScale {
    let stops = [
        (0.0, "#0072b2"),
        (0.45, "#cfe3ee"),
        (0.5, "#f4f4f0"),
        (0.55, "#f6dcc8"),
        (1.0, "#d55e00"),
    ];
    ColorScale::Vector(
        stops
            .into_iter()
            .map(|(at, colour)| ColorScaleElement(at, colour.to_owned()))
            .collect(),
    )
}

/// Returns one color per class; paler versions of the six colors of points.
fn steps(classes: usize) -> Vec<ColorScaleElement> {
    let pale = [
        "#a8cfe6", "#f2bf9b", "#a3dcc9", "#ecd0e0", "#f5d9a3", "#cfe8f7",
    ];
    let mut steps = Vec::new();
    for class in 0..classes {
        for edge in [class, class + 1] {
            let colour = pale[class % pale.len()].to_owned();
            steps.push(ColorScaleElement(edge as f64 / classes as f64, colour));
        }
    }
    steps
}

/// Adds the probe rows to a map.
pub fn rows(trace: &Trace, lattice: &Lattice, plot: &mut Plot) {
    let [first, second] = trace.predictions.features.as_slice() else {
        return;
    };
    let target = &trace.predictions.target;
    let place = |keep: &dyn Fn(f64) -> bool| {
        let rows = first
            .iter()
            .zip(second)
            .zip(target)
            .filter(|(_, y)| keep(y.0));
        rows.map(|((a, b), _)| (point(a.0), point(b.0))).unzip()
    };
    let outline = || Stroke::new().color("#ffffff").width(1.0);
    if trace.data.classes.is_empty() {
        let (x, y): (Vec<_>, Vec<_>) = place(&|_| true);
        let (low, high) = range(trace, lattice);
        let colours: Vec<f64> = target.iter().map(|v| point(v.0).unwrap_or(low)).collect();
        let marker = Marker::new().size(7).line(outline()).cmin(low).cmax(high);
        let marker = marker
            .color_scale(ColorScalePalette::Viridis.into())
            .color_array(colours);
        plot.add_trace(
            Scatter::new(x, y)
                .mode(Mode::Markers)
                .name("probe rows")
                .marker(marker)
                .hover_template("probe row: %{marker.color:.4~g}<extra></extra>"),
        );
        return;
    }
    for (class, name) in trace.data.classes.iter().enumerate() {
        let (x, y): (Vec<_>, Vec<_>) = place(&|value| value == class as f64);
        let marker = Marker::new()
            .size(7)
            .line(outline())
            .symbol(class_symbol(class));
        plot.add_trace(
            Scatter::new(x, y)
                .mode(Mode::Markers)
                .name(plain(name))
                .marker(marker.color(class_colour(class)))
                .hover_template("probe row: %{fullData.name}<extra></extra>"),
        );
    }
}
