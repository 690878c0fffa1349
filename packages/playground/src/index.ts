/** What other packages may use: how the page writes down what it shows. */
export { formatPose, parseAddress, parsePose, VIEWS, type Address, type View } from './state/address.ts';
export { type Pose } from './state/pose.ts';
export { slerp } from './state/sphere.ts';
