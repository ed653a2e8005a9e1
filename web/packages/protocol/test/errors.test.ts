import { expect, test } from "vitest";
import {
  ErrorNumber,
  isAccessFault,
  isCapacityFault,
  isFinalForCommand,
  isPeerFault,
} from "@airdesk/protocol";

test("ranges tell what to do", () => {
  expect([4000, 4199, 4200, 3999].map(isPeerFault)).toEqual([true, true, false, false]);
  expect([4099, 4100, 4199, 4200].map(isAccessFault)).toEqual([false, true, true, false]);
  expect([4299, 4300, 4399, 4400].map(isCapacityFault)).toEqual([false, true, true, false]);
});

test("a reused operation is final although its range is not", () => {
  expect(isFinalForCommand(ErrorNumber.OperationReused)).toBe(true);
  expect(isFinalForCommand(ErrorNumber.NotPermitted)).toBe(true);
  expect(isFinalForCommand(ErrorNumber.MalformedMessage)).toBe(false);
  expect(isFinalForCommand(ErrorNumber.LogUnavailable)).toBe(false);
});
