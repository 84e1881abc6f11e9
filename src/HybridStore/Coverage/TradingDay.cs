namespace HybridStore.Coverage;

/// <summary>What a calendar says of a day.</summary>
/// <param name="Share">How much of an ordinary session it has: 0 when closed, 1 on an ordinary day, less when it closes early.</param>
/// <param name="Name">Why it is not an ordinary day, such as <c>Christmas Day</c>; null otherwise.</param>
public readonly record struct TradingDay(double Share, string? Name = null)
{
    /// <summary>Whether rows are expected.</summary>
    public bool IsOpen => Share > 0;
}
