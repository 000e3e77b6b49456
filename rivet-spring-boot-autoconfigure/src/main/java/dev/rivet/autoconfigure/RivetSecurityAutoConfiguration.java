package dev.rivet.autoconfigure;

import java.security.Principal;

import dev.rivet.client.RivetException;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.CallerContext;
import dev.rivet.runtime.ErrorTranslator;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/**
 * {@link AutoConfiguration Auto-configuration} for actors in an application with Spring
 * Security: turns run as who called them.
 */
@AutoConfiguration(before = RivetAutoConfiguration.class)
@ConditionalOnClass({ ActorRuntime.class, SecurityContextHolder.class })
public final class RivetSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(CallerContext.class)
	SecurityCallerContext rivetCallerContext() {
		return new SecurityCallerContext();
	}

	@Bean
	ErrorTranslator rivetSecurityErrorTranslator() {
		return (failure) -> (failure instanceof AccessDeniedException || failure instanceof AuthenticationException)
				? new RivetException("auth", "forbidden", "Forbidden") : null;
	}

	/**
	 * Carries the caller's authentication.
	 */
	static final class SecurityCallerContext implements CallerContext {

		@Override
		public @Nullable Object capture() {
			return SecurityContextHolder.getContext().getAuthentication();
		}

		@Override
		public @Nullable Principal principal(@Nullable Object captured) {
			return (captured instanceof Authentication authentication && authentication.isAuthenticated()
					&& !(authentication instanceof AnonymousAuthenticationToken)) ? authentication : null;
		}

		@Override
		public void set(@Nullable Object captured) {
			if (captured instanceof Authentication authentication) {
				SecurityContextHolder.setContext(new SecurityContextImpl(authentication));
			}
			else {
				SecurityContextHolder.clearContext();
			}
		}

	}

}
