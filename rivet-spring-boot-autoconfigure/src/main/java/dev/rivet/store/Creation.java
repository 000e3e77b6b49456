package dev.rivet.store;

/**
 * What came of a creation.
 *
 * @param actor the new actor, or the living one that has that name and key
 * @param created whether the actor is new; then it is owned by this node, with epoch 1
 */
public record Creation(ActorRecord actor, boolean created) {
}
