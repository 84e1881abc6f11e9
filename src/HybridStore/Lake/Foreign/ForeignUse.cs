namespace HybridStore.Lake.Foreign;

/// <summary>What rows of another program's file are read for: what is written somewhere else must be exactly what the file says.</summary>
internal enum ForeignUse
{
    /// <summary>An answer: as Delta's readers see them, so that nanoseconds are cut to microseconds, and bytes that are no text are escaped.</summary>
    Answer,

    /// <summary>A look at what is wrong with it: as Delta's readers see it, but for bytes that are no text, another symbol, and a day further than a trading day lies from its calendar day.</summary>
    Look,

    /// <summary>A copy elsewhere, by the day of their times: a value that does not fit fails.</summary>
    Copy,

    /// <summary>Another file of the lake: a row that contradicts its partition fails, too.</summary>
    Rewrite,
}
