//! The picture of points: a bar for each factor against its cap, and the total against the
//! thresholds. Drawn twice, for narrow and for wide pages, so that its letters keep their size.

use std::fmt::Write as _;

use feel::Number;
use policy::assessment::{Assessment, Figure};

use crate::format;
use crate::text::{Markup, escape, pick};
use crate::ui::Ui;

struct Layout {
    class: &'static str,
    width: f64,
    /// Where bars begin.
    left: f64,
    /// Where bars end at the latest.
    right: f64,
    /// The height of a factor's row.
    row: f64,
    /// Whether the label stands above its bar.
    stacked: bool,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "narrow", width: 340.0, left: 0.0, right: 262.0, row: 46.0, stacked: true },
    Layout { class: "wide", width: 720.0, left: 210.0, right: 610.0, row: 30.0, stacked: false },
];

/// The picture of an assessment's points; `None` where there are none.
pub(crate) fn points(ui: &Ui, assessment: &Assessment) -> Option<Markup> {
    if assessment.factors.is_empty() {
        return None;
    }
    let mut html = String::new();
    for (index, layout) in LAYOUTS.iter().enumerate() {
        draw(ui, assessment, layout, index, &mut html);
    }
    Some(Markup(html))
}

fn draw(ui: &Ui, assessment: &Assessment, layout: &Layout, index: usize, html: &mut String) {
    let greatest = assessment.factors.iter().map(|factor| float(factor.cap)).fold(1.0, f64::max);
    let scale = (layout.right - layout.left) / greatest;
    let cap = assessment.score_cap.map(format::number).unwrap_or_default();
    let score = assessment.score.map(|score| figure(ui, &score)).unwrap_or_default();
    let title = escape(&ui.t2("chart-title", ("score", &score), ("cap", &cap)));
    let description = escape(&ui.t("chart-description"));
    let rows = assessment.factors.len();
    let top = 4.0;
    let total_top = top + layout.row * count(rows) + 34.0;
    let total_left = if layout.stacked { 0.0 } else { layout.left };
    let height = total_top + 62.0;
    let (class, width) = (layout.class, layout.width);
    let _ = write!(
        html,
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"chart-{index}-title chart-{index}-text\">\
         <title id=\"chart-{index}-title\">{title}</title>\
         <desc id=\"chart-{index}-text\">{description}</desc>\
         <defs><pattern id=\"open-{index}\" width=\"6\" height=\"6\" \
         patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path class=\"open-line\" d=\"M0 0V6\"/></pattern></defs>"
    );
    for (row, factor) in assessment.factors.iter().enumerate() {
        let y = top + layout.row * count(row);
        let label = escape(&short(pick(&factor.title, ui.language)));
        let (label_y, bar_y) =
            if layout.stacked { (y + 13.0, y + 20.0) } else { (y + 16.0, y + 5.0) };
        let label_x = if layout.stacked { 0.0 } else { layout.left - 14.0 };
        let label_class = if layout.stacked { "" } else { " class=\"end\"" };
        let _ = write!(html, "<text{label_class} x=\"{label_x}\" y=\"{label_y}\">{label}</text>");
        let full = float(factor.cap) * scale;
        rectangle(html, "cap", None, layout.left, bar_y, full, 14.0);
        let (low, high) = bounds(factor.points, factor.cap);
        rectangle(html, "bar", None, layout.left, bar_y, low * scale, 14.0);
        rectangle(
            html,
            "open",
            Some(index),
            layout.left + low * scale,
            bar_y,
            (high - low) * scale,
            14.0,
        );
        let value_y = bar_y + 12.0;
        let points = escape(&figure(ui, &factor.points));
        let cap = format::number(factor.cap);
        let _ = write!(
            html,
            "<text class=\"end\" x=\"{width}\" y=\"{value_y}\">{points}<tspan class=\"quiet\"> / \
             {cap}</tspan></text>"
        );
    }
    total(ui, assessment, layout, index, (total_left, total_top), html);
    html.push_str("</svg>");
}

fn total(
    ui: &Ui,
    assessment: &Assessment,
    layout: &Layout,
    index: usize,
    (left, top): (f64, f64),
    html: &mut String,
) {
    let (Some(score), Some(cap)) = (assessment.score, assessment.score_cap) else { return };
    let end = if layout.stacked { layout.width } else { layout.right };
    let scale = (end - left) / float(cap).max(1.0);
    let (low, high) = bounds(score, cap);
    rectangle(html, "cap", None, left, top, float(cap) * scale, 20.0);
    rectangle(html, "total", None, left, top, low * scale, 20.0);
    rectangle(html, "open", Some(index), left + low * scale, top, (high - low) * scale, 20.0);
    // Where one factor ends and the next begins.
    let mut edge = 0.0;
    for factor in &assessment.factors {
        let points = bounds(factor.points, factor.cap).0;
        edge += points;
        if points > 0.0 && edge < low {
            let x = round(left + edge * scale);
            let bottom = top + 20.0;
            let _ = write!(html, "<path class=\"part-edge\" d=\"M{x} {top}V{bottom}\"/>");
        }
    }
    for threshold in &assessment.thresholds {
        let x = round(left + float(threshold.value) * scale);
        let (from, to, text) = (top - 7.0, top + 27.0, top + 42.0);
        let value = format::number(threshold.value);
        let outcome = escape(&threshold.outcome.value);
        let _ = write!(
            html,
            "<path class=\"threshold\" d=\"M{x} {from}V{to}\"/>\
             <text class=\"middle\" x=\"{x}\" y=\"{text}\">{outcome} ≥ {value}</text>"
        );
    }
    let text = escape(&figure(ui, &score));
    let cap_text = format::number(cap);
    let label = escape(&ui.t("chart-total"));
    if layout.stacked {
        let y = top - 12.0;
        let width = layout.width;
        let _ = write!(
            html,
            "<text class=\"strong\" x=\"0\" y=\"{y}\">{label}</text><text class=\"end strong\" \
             x=\"{width}\" y=\"{y}\">{text}<tspan class=\"quiet\"> / {cap_text}</tspan></text>"
        );
    } else {
        let (x, y, width) = (left - 14.0, top + 15.0, layout.width);
        let _ = write!(
            html,
            "<text class=\"end strong\" x=\"{x}\" y=\"{y}\">{label}</text><text class=\"end strong\" \
             x=\"{width}\" y=\"{y}\">{text}<tspan class=\"quiet\"> / {cap_text}</tspan></text>"
        );
    }
}

fn rectangle(
    html: &mut String,
    class: &str,
    pattern: Option<usize>,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
) {
    let (x, width) = (round(x), round(width));
    if width <= 0.0 {
        return;
    }
    let fill = pattern.map(|index| format!(" fill=\"url(#open-{index})\"")).unwrap_or_default();
    let _ = write!(
        html,
        "<rect class=\"{class}\"{fill} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
    );
}

/// A number of points, or what it can be.
pub(crate) fn figure(ui: &Ui, figure: &Figure) -> String {
    match figure {
        Figure::Exactly(number) => format::number(*number),
        Figure::Between(low, high) => {
            ui.t2("points-range", ("low", format::number(*low)), ("high", format::number(*high)))
        }
        Figure::Unknown => ui.t("points-unknown"),
    }
}

fn bounds(figure: Figure, cap: Number) -> (f64, f64) {
    let cap = float(cap);
    let (low, high) = match figure {
        Figure::Exactly(number) => (float(number), float(number)),
        Figure::Between(low, high) => (float(low), float(high)),
        Figure::Unknown => (0.0, cap),
    };
    (low.clamp(0.0, cap), high.clamp(0.0, cap))
}

/// A number as a length; pictures need no more than this.
fn float(number: Number) -> f64 {
    number.to_string().parse().unwrap_or_default()
}

fn round(length: f64) -> f64 {
    (length * 2.0).round() / 2.0
}

fn count(rows: usize) -> f64 {
    u32::try_from(rows).map(f64::from).unwrap_or_default()
}

/// A label without the words that every label begins or ends with.
fn short(label: &str) -> String {
    let label = label.strip_prefix("Points for ").unwrap_or(label);
    let label = label.strip_prefix("the ").unwrap_or(label);
    let label = label.strip_suffix("积分").unwrap_or(label);
    let mut chars = label.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
