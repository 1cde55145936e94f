//! The loss around the trajectory of the weights, with the trajectory.

use super::{AnimatedAttribute, AnimatedFigure, line, note};
use crate::diagnose::expectations::count;
use crate::report::shared::number::number;
use crate::report::shared::plot::{Figure, Plot, axis, layout, legend, plain, points};
use crate::trace::inspection::{Frame, Surface};
use plotly::common::{
    ColorBar, ColorScalePalette, Line as Stroke, Marker, MarkerSymbol, Mode, Title,
};
use plotly::{Contour, Scatter};

/// Returns the figure; `all_rows` is the number of training rows, 0 for a one-weight model.
pub fn figure(surface: &Surface, all_rows: usize) -> AnimatedFigure {
    let mut plot = Plot::new();
    let mut notes = Vec::new();
    let flat = surface.axes.len() == 2;
    if flat {
        plot.add_trace(contour(surface));
    } else {
        plot.add_trace(
            Scatter::new(
                points(surface.axes[0].iter().copied()),
                points(surface.risk.iter().copied()),
            )
            .name("loss")
            .mode(Mode::Lines)
            .line(Stroke::new().color("@muted").width(2.0))
            .hover_template("%{x:.4~g}<br>loss %{y:.4~g}<extra></extra>"),
        );
    }
    let place = |moment: usize| -> [f64; 2] {
        match &surface.path[moment] {
            Some(place) if flat => [place[0], place[1]],
            Some(place) => [place[0], surface.heights[moment]],
            None => [f64::NAN; 2],
        }
    };
    let places: Vec<[f64; 2]> = (0..surface.path.len()).map(place).collect();
    path(&places, flat, &mut plot);
    let now = |k: usize| places.iter().map(|place| line([place[k]])).collect();
    let changes = [("x", now(0)), ("y", now(1))];
    let changes = changes.map(|(key, frames)| AnimatedAttribute {
        trace: 3,
        key,
        frames,
    });
    let [x, y] = titles(surface, flat);
    plot.set_layout(
        layout(axis(&x), axis(&y))
            .show_legend(true)
            .legend(legend()),
    );

    let gaps = surface.risk.iter().filter(|risk| !risk.is_finite()).count();
    if gaps > 0 {
        notes.push(format!(
            "The loss is not finite at {gaps} of {}: gaps.",
            count(surface.risk.len(), "point")
        ));
    }
    let off = surface.path.iter().filter(|place| place.is_none()).count();
    notes.extend(note(
        off,
        "the weights are not finite or too far away, and not shown",
    ));
    if surface.rows < all_rows {
        notes.push(format!(
            "Loss on the first {} of {all_rows} training rows.",
            surface.rows
        ));
    }
    if surface.normed {
        notes.push(
            "Batch normalization uses the statistics of these rows, as in training.".to_owned(),
        );
    }
    AnimatedFigure {
        figure: Figure {
            id: "path".to_owned(),
            title: title(surface).to_owned(),
            caption: caption(surface),
            notes,
            height: 460,
            log_x: false,
            colourings: Vec::new(),
            plot,
        },
        changes: changes.into(),
    }
}

fn title(surface: &Surface) -> &'static str {
    match &surface.frame {
        Frame::Weights(names) if names.len() == 1 => "Loss over the only weight",
        Frame::Weights(_) => "Loss over the two weights",
        Frame::Directions(shares) if shares.len() == 1 => "Loss along the trajectory",
        Frame::Directions(_) => "Loss in the plane of the first two principal components",
    }
}

fn caption(surface: &Surface) -> String {
    match &surface.frame {
        Frame::Weights(_) => {
            "The full loss function, and the trajectory of the weights.".to_owned()
        }
        Frame::Directions(shares) if shares.len() == 1 => {
            "The trajectory is a straight line.".to_owned()
        }
        Frame::Directions(shares) => format!(
            "The plane contains {} of the variance of the trajectory around the final weights (Li et al. \
             2018). Colors show the loss in the plane; the slider shows the exact loss at the weights.",
            percent(shares.iter().sum())
        ),
    }
}

fn titles(surface: &Surface, flat: bool) -> [String; 2] {
    let mut titles: Vec<String> = match &surface.frame {
        Frame::Weights(names) if names.len() == 1 => vec!["w".to_owned()],
        Frame::Weights(names) => names.clone(),
        Frame::Directions(shares) => (1..)
            .zip(shares)
            .map(|(i, share)| format!("direction {i}: {} of the trajectory", percent(*share)))
            .collect(),
    };
    if !flat {
        titles.push("loss".to_owned());
    }
    let mut titles = titles.into_iter();
    [(); 2].map(|()| titles.next().unwrap_or_default())
}

fn percent(share: f64) -> String {
    format!("{}%", number((share * 1000.0).round() / 10.0))
}

/// Adds the trajectory, its start, and as last trace the position at the snapshot.
fn path(places: &[[f64; 2]], flat: bool, plot: &mut Plot) {
    let column = |k: usize| points(places.iter().map(|place| place[k]));
    // The colors of a map are the same in the light and dark themes.
    let (ink, edge) = if flat {
        ("#ffffff", "#1c2024")
    } else {
        ("@c0", "@surface")
    };
    plot.add_trace(
        Scatter::new(column(0), column(1))
            .name("trajectory")
            .mode(Mode::LinesMarkers)
            .line(Stroke::new().color(ink).width(1.6))
            .marker(
                Marker::new()
                    .color(ink)
                    .size(5)
                    .line(Stroke::new().color(edge).width(1.0)),
            )
            .hover_template("%{x:.4~g}, %{y:.4~g}<extra></extra>"),
    );
    let start = places.first().copied().unwrap_or([f64::NAN; 2]);
    for (name, place, colour, symbol, size) in [
        ("start", start, "#d55e00", MarkerSymbol::Square, 11),
        ("now", [f64::NAN; 2], "#0072b2", MarkerSymbol::Circle, 14),
    ] {
        plot.add_trace(
            Scatter::new(points([place[0]]), points([place[1]]))
                .name(plain(name))
                .mode(Mode::Markers)
                .marker(
                    Marker::new()
                        .color(colour)
                        .symbol(symbol)
                        .size(size)
                        .line(Stroke::new().color("#ffffff").width(2.0)),
                )
                .hover_template("%{fullData.name}<extra></extra>"),
        );
    }
}

type Contours = Contour<Vec<Option<f64>>, Option<f64>, Option<f64>>;

/// Returns colors and contours of the loss, or of its logarithm if it is positive and spans decades.
fn contour(surface: &Surface) -> Box<Contours> {
    let finite = || surface.risk.iter().copied().filter(|risk| risk.is_finite());
    let lowest = finite().fold(f64::INFINITY, f64::min);
    let highest = finite().fold(f64::NEG_INFINITY, f64::max);
    let log = lowest > 0.0 && highest > 10.0 * lowest;
    let [a, b] = [&surface.axes[0], &surface.axes[1]];
    let shade = |risk: f64| if log { risk.log10() } else { risk };
    let row = |j: usize| points((0..a.len()).map(|i| shade(surface.risk[i * b.len() + j])));
    let z: Vec<Vec<Option<f64>>> = (0..b.len()).map(row).collect();
    let mut bar = ColorBar::new()
        .thickness(10)
        .title(Title::with_text("loss"));
    let template = match log {
        true => {
            let (ticks, labels) = ticks(lowest.log10(), highest.log10());
            bar = bar.tick_vals(ticks).tick_text(labels);
            "loss 10^%{z:.2f}<extra></extra>"
        }
        false => "loss %{z:.4~g}<extra></extra>",
    };
    let own = |axis: &[f64]| points(axis.iter().copied());
    Contour::new(own(a), own(b), z)
        .name("loss")
        .color_scale(ColorScalePalette::Viridis.into())
        .n_contours(24)
        .connect_gaps(false)
        .color_bar(bar)
        .hover_template(template)
}

/// Returns five ticks between two powers of ten.
fn ticks(low: f64, high: f64) -> (Vec<f64>, Vec<String>) {
    let at = |i: i32| low + (high - low) * f64::from(i) / 4.0;
    let ticks: Vec<f64> = (0..5).map(at).collect();
    let label = |tick: &f64| {
        format!("{:.1e}", 10_f64.powf(*tick))
            .parse()
            .map_or(String::new(), number)
    };
    let labels = ticks.iter().map(label).collect();
    (ticks, labels)
}
