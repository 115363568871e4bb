import { type Check, checked } from "../../operations/verify/check";
import { type AlbIpSyncExercise, Scene } from "./ip-sync-scene";
import { steps } from "./ip-sync-steps";

/**
 * Runs the packaged function against the emulated AWS while the ALB's nodes come and go and sources fail. Each step's
 * result is read back through the AWS SDK. The ALB ends with as many nodes as it had, and every target group with all
 * of them.
 */
export async function* exerciseAlbIpSync(exercise: AlbIpSyncExercise): AsyncGenerator<Check> {
  const scene = await Scene.open(exercise);
  try {
    for (const { item, step } of steps(scene)) {
      yield await step().then(
        (saw) => checked(item, true, saw),
        (error: Error) => checked(item, false, error.message, `what the function printed is in ${exercise.logFile}`),
      );
    }
  } finally {
    await scene.calm();
  }
}
