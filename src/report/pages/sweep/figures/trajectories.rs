//! The exact loss over the two weights of a linear model, and the trajectories of the runs of a sweep.

use crate::report::shared::number::number;
use crate::report::shared::plot::{Figure, Plot, axis, layout, legend, plain, points};
use crate::results::Results;
use crate::trace::{Bowl, Trajectory};
use plotly::common::{Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::contour::{Coloring, Contours};
use plotly::{Contour, Scatter};

/// Number of grid points along each weight.
const POINTS: usize = 61;
/// Maximum number of figures. Cells with the same data share one.
const MOST: usize = 6;
/// Margin of a figure, as a share of its extent.
const MARGIN: f64 = 0.15;
/// Maximum distance of a shown point from the optimum, as a multiple of that of the starts.
const FAR: f64 = 1.5;

/// The trajectories on one loss function.
struct Into<'a> {
    bowl: Bowl,
    seed: u64,
    ways: Vec<(String, &'a Trajectory)>,
}

/// Returns a figure per loss function, for the first seed.
pub fn figures(results: &Results) -> Vec<Figure> {
    let mut bowls: Vec<Into> = Vec::new();
    for cell in &results.cells {
        let trained = cell.runs.iter().find(|run| run.trained.is_some());
        let Some((run, (trace, _))) = trained.and_then(|run| Some((run, run.trained.as_ref()?)))
        else {
            continue;
        };
        let way = trace.trajectory.as_ref();
        let Some((way, bowl)) = way.and_then(|way| Some((way, way.bowl?))) else {
            continue;
        };
        let name = plain(&cell.cell.name());
        match bowls.iter_mut().find(|known| known.bowl == bowl) {
            Some(known) => known.ways.push((name, way)),
            None => bowls.push(Into {
                bowl,
                seed: run.run.seed,
                ways: vec![(name, way)],
            }),
        }
    }
    let all = bowls.len();
    let drawn = bowls.iter().take(MOST).enumerate();
    drawn.map(|(i, into)| figure(i, all, into)).collect()
}

/// Returns the finite weights of a trajectory.
fn places(way: &Trajectory) -> Vec<[f64; 2]> {
    match way.weights.as_slice() {
        [w, b] => {
            let both = w.iter().zip(b).map(|(w, b)| [w.0, b.0]);
            both.filter(|place| place.iter().all(|x| x.is_finite()))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn figure(i: usize, all: usize, into: &Into) -> Figure {
    let bowl = into.bowl;
    let optimum = bowl.optimum.map(|weight| weight.0);
    let seen = near(into, optimum);
    let axes = [0, 1].map(|k| range(seen.iter().map(|place| place[k])));
    let mut plot = Plot::new();
    plot.add_trace(contours(&bowl, &axes));
    for (k, (name, way)) in into.ways.iter().enumerate() {
        let colour = match into.ways.len() {
            1..=6 => format!("@c{k}"),
            n => format!("@s{:.3}", k as f64 / (n - 1).max(1) as f64),
        };
        let places = places(way);
        let column = |k: usize| points(places.iter().map(|place| place[k]));
        plot.add_trace(
            Scatter::new(column(0), column(1))
                .name(name)
                .mode(Mode::LinesMarkers)
                .line(Stroke::new().color(colour.clone()).width(1.6))
                .marker(Marker::new().color(colour.clone()).size(5))
                .hover_template("w %{x:.4~g}, b %{y:.4~g}<extra>%{fullData.name}</extra>"),
        );
    }
    plot.add_trace(
        Scatter::new(points([optimum[0]]), points([optimum[1]]))
            .name("optimum")
            .mode(Mode::Markers)
            .marker(
                Marker::new()
                    .color("@ink")
                    .symbol(MarkerSymbol::Cross)
                    .size(12),
            )
            .hover_template("optimum: w %{x:.4~g}, b %{y:.4~g}<extra></extra>"),
    );
    let [across, up] = axes.map(|(low, high)| vec![low, high]);
    plot.set_layout(
        layout(axis("weight w").range(across), axis("bias b").range(up))
            .show_legend(true)
            .legend(legend()),
    );
    let mut notes = vec![format!(
        "Lowest loss {} at w = {}, b = {}. Click the legend to hide or show a trajectory.",
        number(bowl.lowest.0),
        number(optimum[0]),
        number(optimum[1])
    )];
    if all > MOST && i + 1 == MOST {
        notes.push(format!("{} more data sets are not shown.", all - MOST));
    }
    Figure {
        id: format!("bowl-{i}"),
        title: match all {
            1 => "Trajectories of the weights".to_owned(),
            _ => format!("Trajectories of the weights, data {}", i + 1),
        },
        caption: format!(
            "Contours of the exact loss over the two weights, and the weights at evaluations; seed {}.",
            into.seed
        ),
        notes,
        // The legend lies above the figure.
        height: 440 + 20 * into.ways.len() as u32,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Returns the optimum, and all points that are not much farther from it than the starts: otherwise a
/// diverging trajectory would hide everything else.
fn near(into: &Into, optimum: [f64; 2]) -> Vec<[f64; 2]> {
    let all = || into.ways.iter().map(|(_, way)| places(way));
    let off = |place: &[f64; 2]| (place[0] - optimum[0]).hypot(place[1] - optimum[1]);
    let starts = all().filter_map(|way| way.first().map(off));
    let farthest = FAR * starts.fold(0.0, f64::max);
    let near = all().flatten().filter(|place| off(place) <= farthest);
    near.chain([optimum]).collect()
}

/// Returns the lowest and the highest value with a margin.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let margin = match high - low {
        span if span > 0.0 => MARGIN * span,
        _ => 0.5 * high.abs().max(1.0),
    };
    (low - margin, high + margin)
}

type Lines = Contour<Vec<Option<f64>>, Option<f64>, Option<f64>>;

/// Returns contours of √(L − L*), which are evenly spaced.
fn contours(bowl: &Bowl, axes: &[(f64, f64); 2]) -> Box<Lines> {
    let along = |(low, high): (f64, f64)| {
        (0..POINTS).map(move |i| low + (high - low) * i as f64 / (POINTS - 1) as f64)
    };
    let row = |b: f64| points(along(axes[0]).map(|w| bowl.above([w, b]).sqrt()));
    let z: Vec<Vec<Option<f64>>> = along(axes[1]).map(row).collect();
    Contour::new(points(along(axes[0])), points(along(axes[1])), z)
        .name("loss")
        .contours(Contours::new().coloring(Coloring::None))
        .n_contours(16)
        .line(Stroke::new().color("@muted").width(1.0))
        .show_scale(false)
        .hover_template("√(loss − lowest loss) = %{z:.3~g}<extra></extra>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;
    use crate::trace::Real;
    use std::sync::Arc;

    #[test]
    fn cells_with_the_same_data_share_a_figure_without_points_that_are_not_finite() {
        let (_, mut results) = fixture::learning_rates(1);
        assert!(figures(&results).is_empty());
        for (i, cell) in results.cells.iter_mut().enumerate() {
            let Some((trace, _)) = &mut cell.runs[0].trained else {
                continue;
            };
            Arc::make_mut(trace).trajectory = Some(Trajectory {
                weights: vec![vec![Real(0.0), Real(f64::NAN)], vec![Real(0.0), Real(1.0)]],
                bowl: Some(Bowl {
                    optimum: [Real(1.0), Real(2.0)],
                    curvature: [Real(2.0), Real(0.5), Real(1.0)],
                    lowest: Real(f64::from(u8::from(i == 0))),
                }),
                ..Trajectory::default()
            });
        }
        let titles: Vec<String> = figures(&results).into_iter().map(|f| f.title).collect();
        assert_eq!(
            titles,
            [1, 2].map(|i| format!("Trajectories of the weights, data {i}"))
        );
        let way = Trajectory {
            weights: vec![vec![Real(0.0), Real(f64::NAN)], vec![Real(0.0), Real(1.0)]],
            ..Trajectory::default()
        };
        assert_eq!(places(&way), [[0.0, 0.0]]);
    }
}
