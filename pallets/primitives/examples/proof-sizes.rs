//! What a proof costs in bytes for real layers, by layout and tile size: the measurement behind layout version 1.
//!
//! `cargo run -p veritrace-primitives --example proof-sizes` prints a Markdown table. Sizes are those of input tiles and
//! Merkle siblings, averaged over 200 output places of each layer; a proof's fixed parts (header, node, paths, about 1 KB) come on top.

use std::collections::BTreeSet;

/// A convolution over `channels × side × side` with `outs` filters of `kernel × kernel`, padded to keep the side.
struct Layer {
    name: &'static str,
    channels: u32,
    side: u32,
    outs: u32,
    kernel: u32,
}

const LAYERS: [Layer; 5] = [
    Layer {
        name: "3×3, 8→16, 4×4 (digits CNN)",
        channels: 8,
        side: 4,
        outs: 16,
        kernel: 3,
    },
    Layer {
        name: "3×3, 64→64, 56×56",
        channels: 64,
        side: 56,
        outs: 64,
        kernel: 3,
    },
    Layer {
        name: "3×3, 512→512, 14×14",
        channels: 512,
        side: 14,
        outs: 512,
        kernel: 3,
    },
    Layer {
        name: "1×1, 256→1024, 14×14",
        channels: 256,
        side: 14,
        outs: 1024,
        kernel: 1,
    },
    Layer {
        name: "5×5, 32→64, 28×28",
        channels: 32,
        side: 28,
        outs: 64,
        kernel: 5,
    },
];

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    ChannelsFirst,
    ChannelsLast,
}

/// Place in committed order.
fn place(layout: Layout, sizes: [u32; 3], c: u32, h: u32, w: u32) -> u32 {
    let [channels, height, width] = sizes;
    match layout {
        Layout::ChannelsFirst => (c * height + h) * width + w,
        Layout::ChannelsLast => (h * width + w) * channels + c,
    }
}

fn coordinates(layout: Layout, sizes: [u32; 3], place: u32) -> (u32, u32, u32) {
    let [channels, height, width] = sizes;
    match layout {
        Layout::ChannelsFirst => (
            place / (height * width),
            place / width % height,
            place % width,
        ),
        Layout::ChannelsLast => (
            place % channels,
            place / channels / width,
            place / channels % width,
        ),
    }
}

/// Siblings of a multiproof of these tiles.
fn siblings(count: u32, tiles: &BTreeSet<u32>) -> usize {
    let (mut known, mut width, mut total) = (tiles.clone(), count, 0);
    while width > 1 {
        total += known
            .iter()
            .filter(|at| (**at ^ 1) < width && !known.contains(&(**at ^ 1)))
            .count();
        known = known.iter().map(|at| at / 2).collect();
        width = width.div_ceil(2);
    }
    total
}

fn bytes(length: u32, tile: u32, places: &BTreeSet<u32>) -> usize {
    let count = length.div_ceil(tile);
    let held: usize = places
        .iter()
        .map(|at| (length - at * tile).min(tile) as usize)
        .sum();
    held + 32 * siblings(count, places)
}

/// Bytes of inputs and weights behind the output places `outputs`.
fn cost(layer: &Layer, layout: Layout, tile: u32, outputs: impl Iterator<Item = u32>) -> usize {
    let Layer {
        channels,
        side,
        outs,
        kernel,
        ..
    } = *layer;
    let (input, output, pad) = ([channels, side, side], [outs, side, side], kernel / 2);
    let (mut x, mut w) = (BTreeSet::new(), BTreeSet::new());
    for at in outputs {
        let (out, row, column) = coordinates(layout, output, at);
        for (kh, kw) in (0..kernel).flat_map(|kh| (0..kernel).map(move |kw| (kh, kw))) {
            for c in 0..channels {
                let weight = place(layout, [channels, kernel, kernel], c, kh, kw);
                w.insert((out * channels * kernel * kernel + weight) / tile);
                let (Some(h), Some(v)) =
                    ((row + kh).checked_sub(pad), (column + kw).checked_sub(pad))
                else {
                    continue;
                };
                if h < side && v < side {
                    x.insert(place(layout, input, c, h, v) / tile);
                }
            }
        }
    }
    bytes(channels * side * side, tile, &x) + bytes(outs * channels * kernel * kernel, tile, &w)
}

fn main() {
    println!("| layer | layout | tile | one element | one tile | whole opening |");
    println!("|---|---|---|---|---|---|");
    for layer in &LAYERS {
        let length = layer.outs * layer.side * layer.side;
        for layout in [Layout::ChannelsFirst, Layout::ChannelsLast] {
            for tile in [64, 256, 1024, 4096] {
                let samples = 200.min(length);
                let places =
                    (0..samples).map(|i| (u64::from(i) * 2_654_435_761 % u64::from(length)) as u32);
                let element: usize = places
                    .clone()
                    .map(|at| {
                        tile.min(length) as usize + cost(layer, layout, tile, std::iter::once(at))
                    })
                    .sum();
                let tiles: BTreeSet<u32> = places.map(|at| at / tile).take(8).collect();
                let whole: usize = tiles
                    .iter()
                    .map(|t| cost(layer, layout, tile, t * tile..(t * tile + tile).min(length)))
                    .sum();
                println!(
                    "| {} | {} | {tile} | {:.1} KB | {:.1} KB | {:.1} KB |",
                    layer.name,
                    if layout == Layout::ChannelsFirst {
                        "channels first"
                    } else {
                        "channels last"
                    },
                    element as f64 / f64::from(samples) / 1e3,
                    whole as f64 / tiles.len() as f64 / 1e3,
                    f64::from(length.div_ceil(tile) * 32) / 1e3,
                );
            }
        }
    }
}
