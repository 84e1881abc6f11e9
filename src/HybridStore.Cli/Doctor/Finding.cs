namespace HybridStore.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Status">How it is.</param>
/// <param name="Found">What is there.</param>
/// <param name="Advice">What to do; null when there is nothing to do.</param>
internal sealed record Finding(string Check, FindingStatus Status, string Found, string? Advice = null)
{
    internal static Finding Ok(string check, string found) => new(check, FindingStatus.Ok, found);

    internal static Finding Warn(string check, string found, string advice) => new(check, FindingStatus.Warn, found, advice);

    internal static Finding Fail(string check, string found, string advice) => new(check, FindingStatus.Fail, found, advice);

    /// <summary>Ok, or a warning with advice when something is too small.</summary>
    internal static Finding AtLeast(string check, string found, bool isEnough, string advice) => isEnough ? Ok(check, found) : Warn(check, found, advice);

    /// <summary>Runs a check; what it throws is its finding.</summary>
    internal static Finding Of(string check, Func<Finding> look, string advice)
    {
        try
        {
            return look();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StoreException or DllNotFoundException)
        {
            return Fail(check, exception.Message, advice);
        }
    }
}
