namespace HybridStore.Schema;

/// <summary>How a dataset's rows are spread over folders.</summary>
public enum Partitioning
{
    /// <summary>One folder a symbol and day: <c>symbol=AAPL/date=2024-11-01</c>.</summary>
    SymbolDate,

    /// <summary>One folder a symbol and month: <c>symbol=AAPL/month=2024-11</c>.</summary>
    SymbolMonth,

    /// <summary>One folder a symbol and year: <c>symbol=AAPL/year=2024</c>.</summary>
    SymbolYear,

    /// <summary>One folder a day, sorted by symbol and time inside: <c>date=2024-11-01</c>.</summary>
    Date,

    /// <summary>One folder a month: <c>month=2024-11</c>.</summary>
    Month,

    /// <summary>One folder a year: <c>year=2024</c>.</summary>
    Year,
}
