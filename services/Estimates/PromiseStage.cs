namespace SmartQueue.Estimates;

/// <summary>When a promise was made.</summary>
public enum PromiseStage
{
    /// <summary>On joining the line.</summary>
    Joining,

    /// <summary>While in line, after the promise made on joining.</summary>
    Waiting,
}
