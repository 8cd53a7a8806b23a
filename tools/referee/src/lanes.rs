//! SHA-256 of four messages at a time.
//!
//! All tiles of a tensor but the last have the same length, and so have all inner nodes of a Merkle tree: four of them go
//! through the rounds together, one in each lane. The digests are those of [`Sha256`], which hashes what is single.

use crate::four::Four;
use alloc::vec::Vec;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::hash::{tagged, Hasher, Sha256, Tag};

/// [`Sha256`], by fours where there are many runs of one length.
#[derive(Clone, Copy, Debug)]
pub struct Lanes;

impl Hasher for Lanes {
    fn hash(data: &[u8]) -> Digest {
        Sha256::hash(data)
    }

    fn runs(tag: Tag, data: &[u8], length: usize) -> Vec<Digest> {
        let length = length.max(1);
        let mut digests = Vec::with_capacity(data.len().div_ceil(length));
        let mut whole = data.chunks_exact(length);
        match length {
            64 => by_fours::<64, 128>(tag, &mut whole, &mut digests),
            256 => by_fours::<256, 320>(tag, &mut whole, &mut digests),
            _ => digests.extend(whole.by_ref().map(|run| tagged::<Self>(tag, &[run]))),
        }
        if !whole.remainder().is_empty() {
            digests.push(tagged::<Self>(tag, &[whole.remainder()]));
        }
        digests
    }
}

/// Digests of `tag ‖ run` for runs of `LENGTH` bytes, which are padded to `PADDED`.
fn by_fours<'a, const LENGTH: usize, const PADDED: usize>(
    tag: Tag,
    runs: &mut impl Iterator<Item = &'a [u8]>,
    digests: &mut Vec<Digest>,
) {
    let mut message = [0u8; PADDED];
    if let [first, .., high, low] = message.as_mut_slice() {
        *first = tag as u8;
        // Of the length in bits, eight bytes at the end, these two are not nought.
        [*high, *low] = ((LENGTH as u16).wrapping_add(1).wrapping_mul(8)).to_be_bytes();
    }
    if let Some(end) = message.get_mut(LENGTH + 1) {
        *end = 0x80;
    }
    let mut messages = [message; 4];
    loop {
        let mut filled = 0usize;
        for message in &mut messages {
            let Some(run) = runs.next() else { break };
            if let Some(room) = message.get_mut(1..LENGTH + 1) {
                room.copy_from_slice(run);
            }
            filled += 1;
        }
        match filled {
            0 => return,
            1 => {
                let [message, ..] = &messages;
                digests.push(Sha256::hash(message.get(..LENGTH + 1).unwrap_or_default()));
            }
            _ => digests.extend(sha256(&messages).into_iter().take(filled)),
        }
        if filled < messages.len() {
            return;
        }
    }
}

const START: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// The constants of the rounds, sixteen at a time.
static ROUNDS: [[u32; 16]; 4] = [
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174,
    ],
    [
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc,
        0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
        0x06ca6351, 0x14292967,
    ],
    [
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
        0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624,
        0xf40e3585, 0x106aa070,
    ],
    [
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb,
        0xbef9a3f7, 0xc67178f2,
    ],
];

/// Digests of four padded messages.
fn sha256<const PADDED: usize>(messages: &[[u8; PADDED]; 4]) -> [Digest; 4] {
    let mut state = START.map(Four::splat);
    let [a, b, c, d] = messages
        .each_ref()
        .map(|message| message.as_chunks::<64>().0);
    for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
        compress(&mut state, words_of([a, b, c, d]));
    }
    let mut digests = [[0u8; 32]; 4];
    for (at, lanes) in state.into_iter().enumerate() {
        for (digest, word) in digests.iter_mut().zip(lanes.words()) {
            if let Some(room) = digest.as_chunks_mut::<4>().0.get_mut(at) {
                *room = word.to_be_bytes();
            }
        }
    }
    digests
}

/// Word by word, that of each block.
#[inline(always)]
fn words_of(blocks: [&[u8; 64]; 4]) -> [Four; 16] {
    let [a, b, c, d] = blocks.map(|block| block.as_chunks::<16>().0);
    let mut words = [Four::splat(0); 16];
    let rows = a.iter().zip(b).zip(c).zip(d);
    for (four, (((a, b), c), d)) in words.as_chunks_mut().0.iter_mut().zip(rows) {
        *four = Four::columns([a, b, c, d]);
    }
    words
}

/// One block of each message into its state.
#[inline(always)]
fn compress(state: &mut [Four; 8], mut w: [Four; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (pass, constants) in ROUNDS.iter().enumerate() {
        for at in 0..16 {
            if pass > 0 {
                let (early, late) = (w[(at + 1) % 16], w[(at + 14) % 16]);
                let s0 = early.rotr(7).xor(early.rotr(18)).xor(early.shr(3));
                let s1 = late.rotr(17).xor(late.rotr(19)).xor(late.shr(10));
                w[at] = w[at].add(s0).add(w[(at + 9) % 16]).add(s1);
            }
            let choice = g.xor(e.and(f.xor(g)));
            let majority = b.xor(a.xor(b).and(b.xor(c)));
            let up = e.rotr(6).xor(e.rotr(11)).xor(e.rotr(25));
            let down = a.rotr(2).xor(a.rotr(13)).xor(a.rotr(22));
            let one = h
                .add(w[at])
                .add(Four::splat(constants[at]))
                .add(choice)
                .add(up);
            h = g;
            g = f;
            f = e;
            e = d.add(one);
            d = c;
            c = b;
            b = a;
            a = one.add(majority).add(down);
        }
    }
    for (lanes, end) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *lanes = lanes.add(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// A generator of numbers that look drawn, from a seed.
    fn drawn(seed: u32, count: usize) -> Vec<u8> {
        let mut state = seed | 1;
        (0..count)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                (state >> 11) as u8
            })
            .collect()
    }

    #[test]
    fn lanes_should_give_the_digests_of_the_standard() {
        // "abc", the 448-bit message and the empty one of FIPS 180-4's examples, and "abc" again.
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        let padded = |message: &[u8]| {
            let mut block = vec![0u8; 128];
            block[..message.len()].copy_from_slice(message);
            block[message.len()] = 0x80;
            let end = if message.len() < 56 { 64 } else { 128 };
            block[end - 2..end].copy_from_slice(&(message.len() as u16 * 8).to_be_bytes());
            block
        };
        let hex = |digest: &Digest| {
            digest
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let short = |message: &[u8]| <[u8; 64]>::try_from(&padded(message)[..64]).unwrap();
        let digests = sha256(&[short(b"abc"), short(b""), short(b"abc"), short(b"")]);
        assert_eq!(hex(&digests[0]), abc);
        assert_eq!(hex(&digests[2]), abc);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(&digests[1]), empty);
        let two = <[u8; 128]>::try_from(padded(long)).unwrap();
        let digests = sha256(&[two; 4]);
        let expected = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        assert!(digests.iter().all(|digest| hex(digest) == expected));
    }

    #[test]
    fn runs_should_be_those_of_the_plain_hasher() {
        for length in [64, 256, 100] {
            // Every number of runs past the fours, with and without a shorter one at the end.
            for runs in 0..10 {
                for rest in [0, 1, length - 1] {
                    let count = runs * length + rest;
                    let seed = (count + length) as u32;
                    let data = drawn(seed, count);
                    for tag in [Tag::Tile, Tag::Inner] {
                        assert_eq!(
                            Lanes::runs(tag, &data, length),
                            Sha256::runs(tag, &data, length),
                            "{count} bytes of seed {seed} in runs of {length}"
                        );
                    }
                }
            }
        }
        assert_eq!(Lanes::hash(b"abc"), Sha256::hash(b"abc"));
    }
}
