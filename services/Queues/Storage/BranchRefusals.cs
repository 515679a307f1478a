using SmartQueue.Hosting.Errors;

namespace SmartQueue.Queues.Storage;

/// <summary>What stores say of queues and branches that do not go together.</summary>
internal static class BranchRefusals
{
    /// <summary>The branch that a new queue is to be in is not there, or no more.</summary>
    public static RefusedException NoBranch()
    {
        const string Rule = "must be a branch that there is";
        return new(ErrorCodes.ValidationFailed, $"The field branchId {Rule}.")
        {
            Fields = new Dictionary<string, string[]> { ["branchId"] = [Rule] },
        };
    }

    /// <summary>A branch that is to be deleted has queues.</summary>
    public static RefusedException HasQueues() => new(ErrorCodes.Conflict, "The branch has queues. Delete them first.");
}
