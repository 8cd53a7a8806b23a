/** The errors of the five pallets, typed: names as in the pallets, what they mean in the chain's own metadata. */
import { VeritraceError } from './errors.ts';

/** Names by pallet, in the pallets' order. */
export const palletErrors = {
  models: [
    'NotFound',
    'AlreadyRegistered',
    'NotOwner',
    'NotDraft',
    'NotLive',
    'StillLive',
    'RequestsOpen',
    'RoyaltyTooLarge',
    'UnsupportedHeader',
    'UndecodablePage',
    'PageOutOfOrder',
    'MalformedInitialiser',
    'MalformedNode',
    'NodeTooCostly',
    'GraphRootMismatch',
    'NotMalformed',
    'InconsistentParameters',
    'TooManyRequests',
    'FamilyNotFound',
    'FamilyLives',
    'TooManyVersions',
    'CardWithoutName',
    'CardNotText',
    'OfferedToOwner',
    'NotHeir',
    'DepositAboveLimit',
  ],
  workers: [
    'AlreadyRegistered',
    'NotRegistered',
    'OperatorTaken',
    'BondTooSmall',
    'StakeTooSmall',
    'NothingToMove',
    'StakeLocked',
    'TooManyUnbonding',
    'NothingToWithdraw',
    'NothingUnbonding',
    'ModelNotServable',
    'AlreadyServed',
    'NotServed',
    'TooManyServed',
    'StillBonded',
    'StillAccused',
    'InconsistentParameters',
  ],
  inference: [
    'UnknownRequest',
    'ModelNotOffered',
    'NoLatestVersion',
    'ModelCondemned',
    'RedundancyOutOfRange',
    'DeadlineOutOfRange',
    'PriceAboveLimit',
    'PriceBelowFloor',
    'InputMismatch',
    'TooManyOpenRequests',
    'NotAnOperator',
    'NotAssigned',
    'AlreadySubmitted',
    'WrongPhase',
    'TooLate',
    'TraceLengthMismatch',
    'OutputMismatch',
    'CommitmentMismatch',
    'NotRequester',
    'AlreadyAssigned',
    'NothingDue',
    'ChallengesOpen',
    'NoWorkerAvailable',
    'ClaimNotOpen',
    'InconsistentParameters',
    'Overflow',
    'InputNotPublishable',
    'InputAvailable',
    'NoSuchInput',
    'NotAuditor',
  ],
  disputes: [
    'ClaimNotOpen',
    'WrongTarget',
    'PenaltyNotCovered',
    'AlreadyChallenged',
    'AlreadyOpened',
    'OpeningTooLarge',
    'NotOperator',
    'NotChallenged',
    'TooLate',
    'TooEarly',
    'ClaimStillOpen',
    'InconsistentParameters',
    'Overflow',
    'AlreadySealed',
    'TooManySeals',
    'NotSealed',
    'SealExpired',
    'NoBounty',
    'NodesChallenged',
  ],
  payouts: ['NothingClaimable', 'AccountNotOpen'],
} as const;

type Names = typeof palletErrors;

/** `pallet.Name` of every error of the five pallets. */
export type PalletErrorCode = {
  [P in keyof Names]: `${P}.${Names[P][number]}`;
}[keyof Names];

/** A call that one of the five pallets refused, for one of these reasons. */
export type PalletError<C extends PalletErrorCode = PalletErrorCode> = VeritraceError & {
  readonly code: C;
};

const known: ReadonlySet<string> = new Set(
  Object.entries(palletErrors).flatMap(([pallet, names]) =>
    names.map((name) => `${pallet}.${name}`),
  ),
);

/**
 * Whether something thrown is a refusal of one of the five pallets; with names, one of these.
 *
 * @example
 * if (isPalletError(error, 'inference.PriceAboveLimit')) return askAgain(await getQuote(client, model));
 */
export const isPalletError = <C extends PalletErrorCode = PalletErrorCode>(
  error: unknown,
  ...codes: C[]
): error is PalletError<C> =>
  error instanceof VeritraceError &&
  (codes.length === 0 ? known.has(error.code) : (codes as readonly string[]).includes(error.code));
