//! Reports: same totals everywhere, golden files, hostile content, a browser's view.

#[cfg(feature = "outside-tools")]
mod browser;
mod files;
mod fixture;
mod golden;
mod hostile;
mod machines;
mod totals;
