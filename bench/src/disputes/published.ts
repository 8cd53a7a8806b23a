/** What others have published of the time from an accusation to its verdict. */

export interface PublishedTime {
  who: string;
  model: string;
  time: string;
  transactions: string;
  /** What the time has in it, as far as they say. */
  says: string;
}

export const PUBLISHED: readonly PublishedTime[] = [
  {
    who: 'zk-OPML',
    model: 'DNN of 3 operators',
    time: '361 s',
    transactions: 'bisection, then one proof',
    says: 'request challenged to resolved; making a zero-knowledge proof of one operator is in it',
  },
  {
    who: 'zk-OPML',
    model: 'LeNet-5',
    time: '494 s',
    transactions: 'bisection, then one proof',
    says: 'the same',
  },
  {
    who: 'zk-OPML',
    model: 'MobileNet, 155 operators, 3.5 M parameters',
    time: '1,115 s',
    transactions: 'bisection, then one proof',
    says: 'the same',
  },
  {
    who: 'opML',
    model: 'DNN',
    time: '1,440 s and more',
    transactions: '50: 25 rounds of two',
    says: 'bisection down to one instruction of a virtual machine',
  },
  {
    who: 'OP Stack',
    model: 'none: any program',
    time: 'up to a clock of 3.5 days a side',
    transactions: '30 to 40',
    says: 'a bisection 73 levels deep; a clock is what a side may take, not what it takes',
  },
];
