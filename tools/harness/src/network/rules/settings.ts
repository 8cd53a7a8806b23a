/** Traps in `[settings]`. */
import { misplaced, type Rule } from './rule.ts';

/** Metrics stay on the loopback address. */
export const metricsStayInside: Rule = ({ content: { settings } }) =>
  settings.prometheus === false
    ? []
    : [
        misplaced(
          settings.prometheus === undefined ? ['settings'] : ['settings', 'prometheus'],
          'write prometheus = false: otherwise nodes get --prometheus-external, which binds [::], and on a machine ' +
            'without IPv6 no node is ever ready. Metrics are there all the same, on 127.0.0.1',
        ),
      ];

/** Networks side by side do not peer with each other. */
export const networksAreIsolated: Rule = ({ content: { settings } }) =>
  settings.isolate_env === true
    ? []
    : [
        misplaced(
          settings.isolate_env === undefined ? ['settings'] : ['settings', 'isolate_env'],
          'write isolate_env = true: otherwise networks that run side by side find each other and mix',
        ),
      ];

/** The provider is chosen when the network is started. */
export const providerIsChosenLater: Rule = ({ content: { settings } }) =>
  settings.provider === undefined
    ? []
    : [
        misplaced(
          ['settings', 'provider'],
          'leave provider out: one specification serves every provider, chosen with --provider',
        ),
      ];
