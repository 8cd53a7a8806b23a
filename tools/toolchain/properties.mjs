// How properties that fail are told: with what was thrown, which reporters leave out where it is a cause.
import fc from 'fast-check';

fc.configureGlobal({ includeErrorInReport: true });
