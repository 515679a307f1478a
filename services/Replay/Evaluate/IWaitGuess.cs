using SmartQueue.Estimates;

namespace SmartQueue.Replay.Evaluate;

/// <summary>A way to guess waits that the estimator is compared with.</summary>
internal interface IWaitGuess
{
    /// <summary>Its name in the report.</summary>
    string Name { get; }

    GuessedWait Guess(WaitQuestion question);

    void Called(LineVisit visit, DateTimeOffset at);

    /// <summary>A service ended, or someone gave up.</summary>
    void Ended(LineVisit visit, DateTimeOffset at);

    /// <summary>What came of a guess.</summary>
    void Learn(LineVisit visit, PromiseStage stage, double guess, double wait);
}
