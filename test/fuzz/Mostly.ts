import * as fc from "fast-check"

/** What is sound, and one in so many times what is not. A failure that has nothing to do with it is told with what is sound. */
export const mostly = <A>(sound: fc.Arbitrary<A>, odd: fc.Arbitrary<A>, oneIn: number) =>
  fc.oneof({ withCrossShrink: true }, { weight: oneIn - 1, arbitrary: sound }, odd)

/** One of them or none. */
export const perhaps = <A>(arbitrary: fc.Arbitrary<A>) => fc.array(arbitrary, { maxLength: 1 })
